import { parseAddress } from './operators/cidr.ts';

/** Finds the networks that an IP address is in: one look for each length of mask that is in use. */
export class NetworkTable<Value> {
  private readonly masks = new Map<string, Mask<Value>>();

  get({ address, maskBits }: Network): Value | undefined {
    return this.masks.get(`${address.length}/${maskBits}`)?.values.get(masked(address, maskBits));
  }

  set({ address, maskBits }: Network, value: Value): void {
    const name = `${address.length}/${maskBits}`;
    const mask = this.masks.get(name) ?? { length: address.length, maskBits, values: new Map() };
    this.masks.set(name, mask);
    mask.values.set(masked(address, maskBits), value);
  }

  delete({ address, maskBits }: Network): void {
    const name = `${address.length}/${maskBits}`;
    const values = this.masks.get(name)?.values;
    values?.delete(masked(address, maskBits));
    if (values?.size === 0) this.masks.delete(name);
  }

  get isEmpty(): boolean {
    return this.masks.size === 0;
  }

  /** Visits the value of every network that has this address; of none when the text is no address. */
  visit(text: string, visit: (value: Value) => void): void {
    if (this.isEmpty) return;
    const address = parseAddress(text);
    if (address === undefined) return;
    for (const { length, maskBits, values } of this.masks.values()) {
      if (length !== address.length) continue;
      const value = values.get(masked(address, maskBits));
      if (value !== undefined) visit(value);
    }
  }
}

interface Network {
  readonly address: Uint8Array;
  readonly maskBits: number;
}

interface Mask<Value> {
  /** 4 or 16 bytes. */
  readonly length: number;
  readonly maskBits: number;
  readonly values: Map<string, Value>;
}

/** The bytes of the address with all but the first bits cleared. */
function masked(address: Uint8Array, maskBits: number): string {
  return address
    .map((byte, index) => byte & (0xff00 >> Math.min(Math.max(maskBits - index * 8, 0), 8)))
    .join('.');
}
