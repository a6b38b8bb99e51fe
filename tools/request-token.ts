import { UserError } from './user-error.ts';

/** A token for the HTTP APIs of the engine at this endpoint. Throws `UserError` when nothing is there, or it gives none. */
export async function requestToken(endpoint: string, form: Record<string, string>): Promise<string> {
  let status: number;
  let answer: Readonly<Record<string, unknown>>;
  try {
    // Nobody may send it on to another machine.
    const response = await fetch(`${endpoint}/_aws/oidc/token`, {
      method: 'POST',
      body: new URLSearchParams(form),
      redirect: 'error',
    });
    status = response.status;
    answer = await response.json().then(Object, () => ({}));
  } catch (cause) {
    const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : cause;
    throw new UserError(
      `nothing answers at ${endpoint} (${reason}): start npx fanbus local, and give the --endpoint that it prints.`,
      { cause },
    );
  }
  if (status === 200 && typeof answer.access_token === 'string') return answer.access_token;
  throw new UserError(
    typeof answer.error_description === 'string'
      ? `no token: ${answer.error_description}.`
      : `what answers at ${endpoint} with ${status} is not fanbus local: give the --endpoint that it prints.`,
  );
}
