export interface Pieces {
  readonly add: (piece: Uint8Array) => void;
  /** All of them in order, each after a line feed. Shares its memory. */
  readonly join: () => Buffer;
}

/** Collects pieces by copying them: a file may have millions, and a list of them would take many times their bytes. */
export function createPieces(): Pieces {
  let joined = Buffer.allocUnsafe(64 * 1024);
  let length = 0;
  return {
    add(piece) {
      const needed = length + 1 + piece.length;
      if (needed > joined.length) {
        const larger = Buffer.allocUnsafe(Math.max(needed, 2 * joined.length));
        joined.copy(larger, 0, 0, length);
        joined = larger;
      }
      joined[length] = LINE_FEED;
      joined.set(piece, length + 1);
      length = needed;
    },
    join: () => joined.subarray(0, length),
  };
}

const LINE_FEED = 0x0a;
