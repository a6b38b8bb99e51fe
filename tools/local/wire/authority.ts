import type { Caller } from '../local-service.ts';
import type { Observations } from '../observations.ts';
import { accessDenied, remedyOf } from './access-denied.ts';
import type { Identities } from './create-identities.ts';
import { type Access, evaluatePolicies, type Verdict } from './evaluate-policies.ts';
import { policyFor } from './resource-policy.ts';

/** Who may do what. */
export interface Authority {
  /**
   * Throws AWS's refusal, and reports `denied`, unless the caller may do this: the user may do all; a function, or a
   * service that has assumed a role, what the role's policies allow; a service that acts for a rule, what the resource's
   * own policy allows.
   */
  authorize(caller: Caller, access: Access, resourcePolicy?: string): void;
  /** Whether a role's policies allow this. A role that was not deployed here may do nothing. */
  allows(roleArn: string, access: Access): boolean;
}

/** Decides by the roles' policies, and keeps its decisions until one of them changes. */
export function createAuthority(options: {
  readonly accountId: string;
  readonly identities: Pick<Identities, 'policiesOf' | 'onChange'>;
  readonly observations: Observations;
}): Authority {
  const { accountId, identities, observations } = options;
  // By the role or the policy that decides, then by the question: this is asked for every row.
  const verdicts = new Map<string, Map<string, Verdict>>();
  identities.onChange(() => verdicts.clear());

  return {
    authorize(caller, access, resourcePolicy) {
      const { kind, roleArn, sourceArn } = caller;
      // The user, or a service on an errand of its own.
      if (kind !== 'function' && roleArn === undefined && sourceArn === undefined) return;
      const verdict = verdictOn(caller, access, resourcePolicy);
      if (verdict === 'allowed') return;
      const { action, resource } = access;
      const remedy = remedyOf(caller, access, verdict);
      observations.report({ kind: 'denied', caller: caller.name, action, resource, remedy });
      throw accessDenied(caller, access, verdict, accountId);
    },
    allows: (roleArn, access) => verdictOn({ roleArn }, access) === 'allowed',
  };

  function verdictOn(caller: Actor, access: Access, resourcePolicy = ''): Verdict {
    const { action, resource, context } = access;
    const decider = caller.roleArn ?? resourcePolicy;
    const known = verdicts.get(decider) ?? new Map<string, Verdict>();
    verdicts.set(decider, known);
    const circumstances = context === undefined ? '' : JSON.stringify(Object.values(context));
    const actor = caller.roleArn === undefined ? `${caller.name} ${caller.sourceArn}` : '';
    // The resource comes last: an object's key may look like anything.
    const question = `${action} ${circumstances} ${actor} ${resource}`;
    const before = known.get(question);
    if (before !== undefined) return before;
    const verdict = decide(caller, access, resourcePolicy);
    if (known.size >= KEPT) known.clear();
    known.set(question, verdict);
    return verdict;
  }

  function decide(caller: Actor, access: Access, resourcePolicy: string): Verdict {
    if (caller.roleArn !== undefined) {
      return evaluatePolicies(identities.policiesOf(caller.roleArn) ?? [], access);
    }
    const { name = '', sourceArn = '' } = caller;
    const context = { ...access.context, 'aws:SourceArn': sourceArn, 'aws:SourceAccount': accountId };
    return evaluatePolicies([policyFor(resourcePolicy, name)], { ...access, context });
  }
}

type Actor = Partial<Pick<Caller, 'name' | 'roleArn' | 'sourceArn'>>;

/** Objects' keys are without number, and each is a resource. */
const KEPT = 10_000;
