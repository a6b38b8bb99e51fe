import { isIP } from 'node:net';
import { openingOf } from '../json-node.ts';
import { type Matcher, type Operator, onlyOneKey } from '../matcher.ts';
import { PatternProblem } from '../pattern-problem.ts';

/** `{"cidr": "10.0.0.0/24"}`, and the same for IPv6. */
export const cidr: Operator = {
  name: 'cidr',
  secondKey: onlyOneKey,
  compile(operand) {
    if (operand.kind !== 'string') {
      throw new PatternProblem('prefix match pattern must be a string', openingOf(operand));
    }
    const [ip = '', mask = '', ...rest] = operand.value.split('/');
    if (mask === '' || rest.length > 0) throw new PatternProblem("Malformed CIDR, one '/' required");
    if (!/^[+-]?\d+$/.test(mask)) throw new PatternProblem('Malformed CIDR, mask bits must be an integer');
    const maskBits = Number(mask);
    if (maskBits < 0) throw new PatternProblem('Malformed CIDR, mask bits must not be negative');
    const address = parseAddress(ip);
    if (address === undefined) throw new PatternProblem(`Nonstandard IP address: ${ip}`);
    if (address.length === 4 && maskBits > 31) throw new PatternProblem('IPv4 mask bits must be < 32');
    if (address.length === 16 && maskBits > 127) throw new PatternProblem('IPv6 mask bits must be < 128');
    return cidrMatcher(address, maskBits);
  },
};

/** Matches every address whose first bits are those of this one. */
export function cidrMatcher(network: Uint8Array, maskBits: number): Matcher {
  return {
    matches(leaf) {
      if (typeof leaf !== 'string') return false;
      const address = parseAddress(leaf);
      if (address?.length !== network.length) return false;
      return address.every((byte, index) => {
        const free = Math.min(Math.max((index + 1) * 8 - maskBits, 0), 8);
        return byte >> free === (network[index] ?? 0) >> free;
      });
    },
    lookup: { by: 'network', address: network, maskBits },
  };
}

/** The 4 or 16 bytes of an IP address, or nothing when the text is none. */
export function parseAddress(text: string): Uint8Array | undefined {
  if (!looksLikeAddress.test(text)) return undefined;
  const version = isIP(text);
  if (version === 4) return Uint8Array.from(text.split('.'), Number);
  if (version !== 6) return undefined;
  const [head = '', tail] = text.split('::');
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  const zeros = new Array<number>(tail === undefined ? 0 : 8 - before.length - after.length).fill(0);
  const bytes = Uint8Array.from(
    [...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 0xff]),
  );
  // As Java reads it, ::ffff:a00:1 is 10.0.0.1.
  const isMapped = bytes.subarray(0, 12).every((byte, index) => byte === (index < 10 ? 0 : 0xff));
  return isMapped ? bytes.subarray(12) : bytes;
}

// Ruler takes no address of both colons and dots.
const looksLikeAddress = /^(?:[0-9.]+|[0-9a-fA-F:]+)$/;

function groupsOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
