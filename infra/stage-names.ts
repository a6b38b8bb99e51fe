/** The stages there are. */
export const stageNames = ['dev', 'qat', 'prd'] as const;

export type StageName = (typeof stageNames)[number];

export function isStageName(name: unknown): name is StageName {
  return stageNames.some((stage) => stage === name);
}
