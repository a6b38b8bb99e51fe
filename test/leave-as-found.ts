import { afterAll } from 'vitest';

// One process takes many test files, one after the other: what a file sets in the environment is not the next one's.
const found = { ...process.env };
afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in found)) delete process.env[name];
  Object.assign(process.env, found);
});
