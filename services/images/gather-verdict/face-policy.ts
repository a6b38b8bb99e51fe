/** How many faces a profile picture may show. */
export interface FacePolicy {
  readonly least: number;
  readonly most: number;
}

/** Reads the settings `FACES_LEAST` and `FACES_MOST`, whole numbers from 0; 1 where one is left out. Throws when they make no sense. */
export function readFacePolicy({
  FACES_LEAST = '1',
  FACES_MOST = '1',
}: {
  readonly FACES_LEAST?: string;
  readonly FACES_MOST?: string;
}): FacePolicy {
  const policy = {
    least: readNumber('FACES_LEAST', FACES_LEAST),
    most: readNumber('FACES_MOST', FACES_MOST),
  };
  if (policy.least <= policy.most) return policy;
  throw new Error(
    `FACES_LEAST is ${policy.least} and FACES_MOST is ${policy.most}: no picture can have both, raise FACES_MOST (each is 1 when it is left out)`,
  );
}

function readNumber(name: string, setting: string): number {
  if (/^\d{1,3}$/.test(setting)) return Number(setting);
  throw new Error(`${name} is "${setting}", but must be a whole number from 0 to 999, or be left out for 1`);
}
