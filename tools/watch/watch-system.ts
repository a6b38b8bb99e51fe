import { basename, dirname } from 'node:path';
import { generateWhenChanged } from '../codegen/generate-when-changed.ts';
import type { System } from '../start-system.ts';
import { synthesiseSystem } from '../synthesise-system.ts';
import { UserError } from '../user-error.ts';
import { FaultySourceError, findInputs } from './bundle-handler.ts';
import { createBundles } from './create-bundles.ts';
import { createTypeChecker } from './create-type-checker.ts';
import { changedPaths, readSources, type Sources, watchedPaths } from './read-sources.ts';
import { listPaths, renderChange } from './render-change.ts';
import { watchPaths } from './watch-paths.ts';

export interface SystemWatch {
  /** Ends all that it started, and waits for it. */
  close(): Promise<void>;
}

export interface WatchSystemOptions {
  readonly system: Pick<System, 'app' | 'aws' | 'names'>;
  readonly stage: string;
  /** What the system was started from. */
  readonly sources: Sources;
  readonly write: (text: string) => void;
  /** Ends a synthesis that is under way. */
  readonly signal: AbortSignal;
  readonly root: string;
}

/**
 * Keeps a running system as its sources are. A function whose bundle is another gets its code, templates that are others are deployed,
 * a schema makes its contracts anew. Whatever is faulty is shown, and the system goes on as it was.
 */
export async function watchSystem(options: WatchSystemOptions): Promise<SystemWatch> {
  const { root, signal, stage, system, write } = options;
  const { aws, names } = system;
  const say = (line: string, below: readonly string[] = []) => write(renderChange(line, below));
  const types = createTypeChecker({ root, onChanged: (errors) => say(countOf(errors), errors) });
  const bundles = await createBundles(root, options.sources);
  let templateInputs: ReadonlySet<string> = await findInputs(APP, root);
  let known = options.sources;
  let stacks = system.app.stacks.map(({ name }) => name);
  let isDeploymentDue = false;

  types.check();
  const watcher = await watchPaths({ root, paths: watchedPaths, work: follow });
  return {
    async close() {
      await Promise.all([watcher.close(), types.close()]);
    },
  };

  async function follow(savedAt: number): Promise<void> {
    const saved = changedPaths(known, readSources(root));
    if (saved.length === 0 || signal.aborted) return;
    const said = (what: string) =>
      `${listPaths(saved)} → ${what} (${((performance.now() - savedAt) / 1_000).toFixed(1)} s)`;
    try {
      const faults = saved.some((path) => path.startsWith('schemas/')) ? await generateContracts() : [];
      const sources = readSources(root);
      const changed = changedPaths(known, sources);
      known = sources;

      const { built, faults: faultyCode } = await bundles.rebuild(changed, sources);
      faults.push(...faultyCode, ...(await noteTemplates(changed)));
      // New code may want what a template is about to give it.
      const isDeployedFirst = changed.some(isOfTemplates);
      const live = isDeployedFirst ? [] : putLive(built);
      if (live.length > 0) say(said(`${live.join(', ')} live`));
      if (faults.length > 0) say(`${listPaths(saved)} ✖ what runs stays as it was`, faults);
      types.check();
      if (isDeploymentDue && faults.length === 0) say(said(await deploy()));
      else if (live.length === 0 && faults.length === 0) say(said('changes nothing that runs'));
      if (isDeployedFirst) putLive(built);
    } catch (error) {
      if (signal.aborted) return;
      const isExpected = error instanceof UserError || !(error instanceof Error);
      say(`${listPaths(saved)} ✖ not deployed`, [isExpected ? String(error) : (error.stack ?? '')]);
    }
  }

  async function generateContracts(): Promise<string[]> {
    try {
      await generateWhenChanged(root);
      return [];
    } catch (error) {
      if (error instanceof UserError) return [error.message];
      throw error;
    }
  }

  /** Whether templates may be others now. Answers what is wrong with the program that makes them. */
  async function noteTemplates(changed: readonly string[]): Promise<readonly string[]> {
    isDeploymentDue ||= changed.some(
      (path) => isOfTemplates(path) || templateInputs.has(path) || isBesideCode(path),
    );
    if (!isDeploymentDue) return [];
    try {
      templateInputs = await findInputs(APP, root);
      return [];
    } catch (error) {
      if (error instanceof FaultySourceError) return error.message.split('\n');
      throw error;
    }
  }

  /** Gives functions their code. Answers which, by their own names; one that no stack has yet is left out. */
  function putLive(built: ReadonlyMap<string, Uint8Array>): readonly string[] {
    const live = [...built].map(([entry, code]) => ({ name: basename(dirname(entry)), code }));
    return live
      .filter(({ name }) => aws.functions.has(names.consumer(name)))
      .map(({ name, code }) => {
        aws.functions.replaceFile(names.consumer(name), 'index.js', code);
        return name;
      });
  }

  /** Answers what it did. */
  async function deploy(): Promise<string> {
    const { assembly } = await synthesiseSystem({ stage, root, signal });
    const touched = new Set<string>();
    const app = await aws.deploy(assembly, ({ action, stackName }) => {
      if (action !== 'unchanged') touched.add(stackName);
    });
    isDeploymentDue = false;
    const now = app.stacks.map(({ name }) => name);
    for (const gone of stacks.filter((name) => !now.includes(name))) {
      say(`${gone} is no longer in the app. It stays, as on AWS, until it is deleted:`, [
        `aws --endpoint-url ${aws.endpoint} cloudformation delete-stack --stack-name ${gone}`,
      ]);
    }
    stacks = now;
    return touched.size > 0 ? `${[...touched].join(', ')} deployed` : 'the stacks are the same';
  }
}

const APP = 'infra/app.ts';

function isOfTemplates(path: string): boolean {
  return path.startsWith('infra/') || path.startsWith('cdk.');
}

/** What is no code may be one of the files that a subscription puts beside its function's bundle. */
function isBesideCode(path: string): boolean {
  return path.startsWith('services/') && !path.endsWith('.ts');
}

function countOf(errors: readonly string[]): string {
  if (errors.length === 0) return 'no type errors';
  return errors.length === 1 ? '1 type error' : `${errors.length} type errors`;
}
