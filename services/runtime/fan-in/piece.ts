/** What became of one piece: a part (`12`), a child of a part (`12.101`) or of a child (`12.101-160.104`). */
export interface PieceResult {
  readonly id: string;
  /** Numbers to add to the job's totals. */
  readonly totals: Totals;
  /** The pieces that carry on what this one could not finish, named `<id>.<name>`. @default none */
  readonly children?: readonly string[];
  /** True: given up, until the same piece is recorded again without it. @default false */
  readonly failed?: boolean;
}

export interface Totals {
  readonly [name: string]: number;
}
