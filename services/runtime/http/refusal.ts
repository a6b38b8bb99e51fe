import type { ProblemDetails } from './contract.ts';

/** Thrown on the way to an operation: the request ends here, with this problem. */
export class Refusal extends Error {
  readonly status: number;
  readonly problem: ProblemDetails;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, problem: ProblemDetails, headers: Readonly<Record<string, string>> = {}) {
    super(problem.detail);
    this.name = 'Refusal';
    this.status = status;
    this.problem = problem;
    this.headers = headers;
  }
}
