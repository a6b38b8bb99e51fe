/** Rule files that cannot be used, each fault with its file, line and reason. */
export class BrokenRulesError extends Error {
  override readonly name = 'BrokenRulesError';

  constructor(faults: readonly string[]) {
    super(
      [
        'the rules for scanning pictures are broken:',
        ...faults,
        'Put them right: services/images/scan-image/rules/README.md says how they are written.',
      ].join('\n\n'),
    );
  }
}
