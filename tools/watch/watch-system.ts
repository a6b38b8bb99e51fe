import { basename, dirname } from 'node:path';
import { SettingsError } from '../../infra/settings-error.ts';
import { generateWhenChanged } from '../codegen/generate-when-changed.ts';
import type { System } from '../start-system.ts';
import { synthesiseSystem } from '../synthesise-system.ts';
import { commandAt } from '../target/command-at.ts';
import { UserError } from '../user-error.ts';
import { FaultySourceError, findInputs } from './bundle-handlers.ts';
import { createBundles } from './create-bundles.ts';
import { createTypeChecker } from './create-type-checker.ts';
import { changedPaths, readSources, type Sources, watchedPaths } from './read-sources.ts';
import { listNames, renderChange } from './render-change.ts';
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
  let stacks: readonly string[] = system.app.stacks.map(({ name }) => name);
  let isDeploymentDue = false;

  const watcher = await watchPaths({ root, paths: watchedPaths, work: follow });
  types.check();
  return {
    async close() {
      await Promise.all([watcher.close(), types.close()]);
    },
  };

  async function follow(savedAt: number): Promise<void> {
    let saved: readonly string[] = [];
    const said = (what: string) =>
      `${listNames(saved)} → ${what} (${((performance.now() - savedAt) / 1_000).toFixed(1)} s)`;
    try {
      saved = changedPaths(known, readSources(root));
      if (saved.length === 0 || signal.aborted) return;
      const faults = saved.some((path) => path.startsWith('schemas/')) ? await generateContracts() : [];
      const sources = readSources(root);
      const changed = changedPaths(known, sources);
      known = sources;
      const { built, faults: faultyCode } = await bundles.rebuild(changed, sources);
      faults.push(...faultyCode, ...(await noteTemplates(changed)));

      // New code may want what a template is about to give it.
      const isDeployedFirst = changed.some(isOfTemplates);
      const isLive = !isDeployedFirst && putLive(built, said);
      if (faults.length > 0) say(`${listNames(saved)} ✖ what is faulty runs as it was`, faults);
      types.check();
      const isDeployed = isDeploymentDue && faults.length === 0 && (await deploy(said));
      const isLiveNow = isDeployedFirst && putLive(built, said);
      if (faults.length === 0 && !isLive && !isDeployed && !isLiveNow) say(said('changes nothing that runs'));
    } catch (error) {
      if (!signal.aborted) say(said('failed'), [messageOf(error)]);
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

  /** Gives functions their code, if it is another. Whose stack is not there yet is left out. */
  function putLive(built: ReadonlyMap<string, Uint8Array>, said: (what: string) => string): boolean {
    const live = [...built].flatMap(([entry, code]) => {
      const name = basename(dirname(entry));
      const deployed = names.consumer(name);
      const isOther = aws.functions.has(deployed) && aws.functions.replaceFile(deployed, 'index.js', code);
      return isOther ? [name] : [];
    });
    if (live.length > 0) say(said(`${listNames(live)} live`));
    return live.length > 0;
  }

  /** Says what came of it, if anything did. */
  async function deploy(said: (what: string) => string): Promise<boolean> {
    const touched = new Set<string>();
    try {
      const { assembly } = await synthesiseSystem({ stage, root, signal });
      const { stacks: now } = await aws.deploy(assembly, ({ action, stackName }) => {
        if (action !== 'unchanged') touched.add(stackName);
      });
      isDeploymentDue = false;
      if (touched.size > 0) say(said(`${listNames([...touched])} deployed`));
      noteStacks(now.map(({ name }) => name));
      return touched.size > 0;
    } catch (error) {
      signal.throwIfAborted();
      say(said('not deployed'), [messageOf(error)]);
      return true;
    }
  }

  function noteStacks(now: readonly string[]): void {
    for (const gone of stacks.filter((name) => !now.includes(name))) {
      const options = stage === 'dev' ? [] : [`--stage ${stage}`];
      const name = gone.slice(names.stack('').length);
      say(`${gone} is no longer in the app. It stays, as on AWS, until it is deleted:`, [
        commandAt({ options }, `destroy ${name}`),
      ]);
    }
    stacks = now;
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

/** A bug keeps its stack. */
function messageOf(error: unknown): string {
  if (error instanceof UserError || error instanceof SettingsError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
