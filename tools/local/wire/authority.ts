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
  const verdicts = new Map<string, Verdict>();
  identities.onChange(() => verdicts.clear());

  return {
    authorize(caller, access, resourcePolicy) {
      if (caller.roleArn === undefined && caller.sourceArn === undefined) return;
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
    const { action, resource, context = {} } = access;
    const by = caller.roleArn ?? `${caller.name} ${caller.sourceArn} ${resourcePolicy}`;
    const question = `${action} ${resource} ${Object.values(context).join(' ')} ${by}`;
    const known = verdicts.get(question);
    if (known) return known;
    const verdict = decide(caller, access, resourcePolicy);
    if (verdicts.size >= KEPT) verdicts.clear();
    verdicts.set(question, verdict);
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
