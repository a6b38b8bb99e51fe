import { AwsError } from './aws-error.ts';
import type { PolicyDocument, PolicyStatement } from './evaluate-policies.ts';

/** The statements of a resource's policy that are about a service; none when the resource has no policy. */
export function policyFor(policy: string, service: string): PolicyDocument {
  if (policy === '') return { Statement: [] };
  const { Statement }: { Statement: ResourceStatement | readonly ResourceStatement[] } = JSON.parse(policy);
  return { Statement: [Statement].flat().filter((statement) => isAbout(statement, service)) };
}

interface ResourceStatement extends PolicyStatement {
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>>;
  readonly NotPrincipal?: unknown;
}

function isAbout({ NotPrincipal, Principal = {} }: ResourceStatement, service: string): boolean {
  if (NotPrincipal !== undefined) {
    throw new AwsError(
      'NotImplemented',
      'the local AWS does not evaluate NotPrincipal: name the principals that the statement is about',
      { status: 501 },
    );
  }
  if (Principal === '*' || [Principal.AWS].flat().includes('*')) return true;
  return [Principal.Service].flat().some((one) => one === '*' || one === service);
}
