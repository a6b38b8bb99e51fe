import { generateWhenChanged } from '../tools/codegen/generate-when-changed.ts';

/** Once for all test files: the contracts are generated. */
export default async function setUp(): Promise<void> {
  await generateWhenChanged();
}
