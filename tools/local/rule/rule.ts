import type { Bus } from '../bus/bus.ts';
import type { BusEvent } from '../bus/bus-event.ts';
import type { JsonObject } from '../local-service.ts';
import type { Pattern } from './compile-pattern.ts';
import type { HttpParameters } from './http-parameters.ts';

/** A rule of one bus. */
export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly bus: Bus;
  readonly targets: Map<string, Target>;
  readonly tags: Map<string, string>;
  pattern: Pattern;
  state: 'ENABLED' | 'DISABLED';
  description: string | undefined;
  roleArn: string | undefined;
}

/** Where a rule sends what it matched. */
export interface Target {
  readonly id: string;
  readonly arn: string;
  /** As PutTargets gave it, for the answers. */
  readonly declared: JsonObject;
  /** What the target receives. Throws `DeliveryFailure` when a template yields no valid JSON. */
  readonly input: (event: BusEvent, rule: Rule) => string;
  /** The message group of an SQS target, if it has one. */
  readonly messageGroupId: ((event: BusEvent) => string | undefined) | undefined;
  /** What the request to an API destination is given beside its body. */
  readonly http: (event: BusEvent) => HttpParameters;
  readonly maxRetryAttempts: number;
  readonly maxEventAgeMs: number;
  readonly deadLetterArn: string | undefined;
  /** The role under which EventBridge delivers; without one the target's own policy must let it in. */
  readonly roleArn: string | undefined;
}
