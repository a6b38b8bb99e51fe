/** Why a pattern text is refused, and where the reader stood. Becomes `InvalidEventPatternException` in `compilePattern`. */
export class PatternProblem extends Error {
  /** Offset into the pattern text; absent for the reasons that AWS gives without a place. */
  readonly offset: number | undefined;
  /** AWS names the place twice for some lists. */
  readonly placeRepeated: boolean;

  constructor(reason: string, offset?: number, placeRepeated = false) {
    super(reason);
    this.name = 'PatternProblem';
    this.offset = offset;
    this.placeRepeated = placeRepeated;
  }
}
