import type { Operator } from './matcher.ts';
import { anythingBut } from './operators/anything-but.ts';
import { cidr } from './operators/cidr.ts';
import { equalsIgnoreCase } from './operators/equals-ignore-case.ts';
import { exactly } from './operators/exactly.ts';
import { exists } from './operators/exists.ts';
import { numeric } from './operators/numeric.ts';
import { prefix } from './operators/prefix.ts';
import { suffix } from './operators/suffix.ts';
import { wildcard } from './operators/wildcard.ts';

/** Every operator of the pattern language but `$or`, which is about fields and not about values. */
export const operators: ReadonlyMap<string, Operator> = new Map(
  [anythingBut, cidr, equalsIgnoreCase, exactly, exists, numeric, prefix, suffix, wildcard].map(
    (operator) => [operator.name, operator],
  ),
);
