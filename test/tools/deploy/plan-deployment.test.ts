import { BootstrapError, ToolkitError } from '@aws-cdk/toolkit-lib';
import { beforeAll, describe, expect, it } from 'vitest';
import { namesOf } from '../../../infra/names.ts';
import { renderPermission } from '../../../tools/deploy/describe-permissions.ts';
import { explainFailure } from '../../../tools/deploy/explain-failure.ts';
import {
  type DeployedStack,
  type DeploymentPlan,
  differencesOf,
  planDeployment,
  type SourceStack,
} from '../../../tools/deploy/plan-deployment.ts';
import { readContext, readNames } from '../../../tools/deploy/read-arguments.ts';
import { readSourceStacks } from '../../../tools/deploy/read-source-stacks.ts';
import { reasonToAsk, refuseImpossible } from '../../../tools/deploy/reason-to-ask.ts';
import { renderPlan } from '../../../tools/deploy/render-plan.ts';
import type { Template } from '../../../tools/deploy/template.ts';
import { synthesiseSystem } from '../../../tools/synthesise-system.ts';
import type { Target } from '../../../tools/target/target.ts';

let sources: readonly SourceStack[];
let prd: readonly SourceStack[];
beforeAll(async () => {
  sources = readSourceStacks((await synthesiseSystem()).assembly);
  prd = sources.map((stack) => ({ ...stack, template: kept(stack.template) }));
}, 120_000);

describe('a plan', () => {
  it('finds no difference in what is as in the sources, and has each stack behind those it comes after', () => {
    const plan = planDeployment({ deployed: there(sources), sources });
    expect(plan.map(({ fate }) => fate)).toEqual(sources.map(() => 'unchanged'));
    expect(differencesOf(plan)).toEqual([]);
    expect(render(plan)).toBe(`  No differences: ${sources.length} stacks as in the sources.\n`);
    const order = sources.map(({ name }) => name);
    expect(order.length).toBeGreaterThan(20);
    for (const { after, name } of sources) {
      for (const first of after) expect(order.indexOf(first)).toBeLessThan(order.indexOf(name));
    }
  });

  it('names the one consumer that changes, and what of it, in words', () => {
    const plan = edited('gather-verdict', {
      'AWS::Lambda::Function': (function_) => {
        function_.MemorySize = 512;
        function_.Timeout = 60;
        function_.Code.S3Key = 'other.zip';
        function_.Environment.Variables.FACES_MOST = '3';
        function_.TracingConfig = { Mode: 'Active' };
      },
      'AWS::Lambda::EventSourceMapping': (poller) => {
        poller.BatchSize = 5;
        poller.ScalingConfig.MaximumConcurrency = 50;
      },
      'AWS::SQS::Queue': (queue) => {
        if (queue.RedrivePolicy) queue.RedrivePolicy.maxReceiveCount = 3;
      },
    });
    expect(differencesOf(plan).map(({ name }) => name)).toEqual(['gather-verdict']);
    expect(changesOf(plan)).toEqual([
      'queue fanbus-dev-gather-verdict: redrive maxReceiveCount 5 → 3',
      'function fanbus-dev-gather-verdict: code undefined → undefined',
      'function fanbus-dev-gather-verdict: environment FACES_MOST undefined → 3',
      'function fanbus-dev-gather-verdict: memory 256 MB → 512 MB',
      'function fanbus-dev-gather-verdict: time limit 30 s → 60 s',
      'function fanbus-dev-gather-verdict: TracingConfig undefined → {"Mode":"Active"}',
      expect.stringMatching(/^poller \w+: batch 10 messages → 5 messages$/),
      expect.stringMatching(/^poller \w+: concurrency 5 → 50$/),
    ]);
    expect(render(plan)).toContain('  1 existing consumer changes: gather-verdict.\n');
    expect(reasonToAsk(differencesOf(plan), { kind: 'local' })).toBeUndefined();
    expect(reasonToAsk(differencesOf(plan), { kind: 'aws' })).toBe('1 stack will change.');
  });

  it('shows a pattern before and after', () => {
    const plan = edited('label-item', {
      'AWS::Events::Rule': (rule) => {
        rule.EventPattern.detail = { data: { kind: ['cat'] } };
      },
    });
    expect(render(plan)).toMatch(
      /rule fanbus-dev-label-item-1 {2}pattern\n +- \{"source":.*\}\n +\+ \{"source":.*"kind":\["cat"\].*\}\n/,
    );
  });

  it('adds a consumer without changing another, and says what it may do', () => {
    const plan = planDeployment({
      deployed: there(sources.filter(({ name }) => name !== 'label-item')),
      sources,
    });
    const [added, ...others] = differencesOf(plan);
    expect(others).toEqual([]);
    expect(added).toMatchObject({ name: 'label-item', fate: 'new', isConsumer: true, changes: [] });
    const said = added?.permissions.added.map(renderPermission);
    expect(said).toContain(
      'events.amazonaws.com may sqs:SendMessage on queue fanbus-dev-label-item, if aws:SourceArn ArnEquals events:rule/fanbus-dev/fanbus-dev-label-item-1',
    );
    expect(said).toContain(
      'the role of function fanbus-dev-label-item may sqs:SendMessage on queue fanbus-dev-label-item-dlq',
    );
    expect(render(plan)).toContain('  No existing consumer changes.\n');
    expect(reasonToAsk(differencesOf(plan), { kind: 'local' })).toMatch(/^\d+ permissions will be added\.$/);
  });

  it('tells permissions that are added from those that are removed', () => {
    const plan = edited('label-item', {
      'AWS::IAM::Policy': ({ PolicyDocument: { Statement } }) => {
        Statement.pop();
        Statement.push({ Effect: 'Allow', Action: 's3:*', Resource: '*' });
      },
      'AWS::SQS::QueuePolicy': ({ PolicyDocument: { Statement } }) => {
        Statement.shift();
      },
    });
    const [{ changes, permissions } = expect.fail('nothing differs')] = differencesOf(plan);
    expect(changes).toEqual([]);
    expect(permissions.added.map(renderPermission)).toEqual([
      'the role of function fanbus-dev-label-item may s3:* on everything',
      ...['-dlq', ''].map(
        (dlq) =>
          `anybody may not sqs:* on queue fanbus-dev-label-item${dlq}, if aws:SecureTransport Bool false`,
      ),
    ]);
    expect(permissions.removed.map(({ on }) => on)).toEqual([['dynamodb:table/fanbus-dev-items']]);
    expect(render(plan)).toContain(
      '    + the role of function fanbus-dev-label-item may s3:* on everything\n',
    );
    expect(render(plan)).toContain(
      '    + no longer: anybody may not sqs:* on queue fanbus-dev-label-item-dlq',
    );
  });

  it('warns of a queue that another replaces, and asks', () => {
    const plan = edited('label-item', {
      'AWS::SQS::Queue': (queue) => {
        queue.QueueName = `${queue.QueueName}-2`;
      },
    });
    expect(plan.flatMap(({ losses }) => losses)).toContainEqual({
      resource: 'queue fanbus-dev-label-item',
      how: 'replaced',
      because: ['QueueName'],
      isKept: false,
      isRefused: false,
    });
    expect(render(plan)).toContain(
      '  ! queue fanbus-dev-label-item is REPLACED, since QueueName changes. WHAT IT HOLDS IS LOST.\n',
    );
    expect(reasonToAsk(differencesOf(plan), { kind: 'local' })).toContain(
      '2 resources may lose what is in there.',
    );
    expect(() => refuseImpossible(plan)).not.toThrow();
  });

  it('refuses new keys for a table that keeps its name, before CloudFormation does', () => {
    const plan = edited('items-data', {
      'AWS::DynamoDB::Table': (table) => {
        table.KeySchema[0].AttributeName = 'other';
      },
    });
    expect(changesOf(plan)).toEqual([
      expect.stringMatching(/^table fanbus-dev-items: keys \[.*"other".*\]$/),
    ]);
    expect(() => refuseImpossible(plan)).toThrow(
      'CloudFormation cannot replace what keeps its name: table fanbus-dev-items (KeySchema). Nothing was deployed.',
    );
  });

  it('says of a table that goes whether its rows stay in the account', () => {
    const withoutTables = (stacks: readonly SourceStack[]) =>
      stacks.map((stack) =>
        stack.name === 'items-data' ? { ...stack, template: { Resources: {} } } : stack,
      );
    const lost = planDeployment({ deployed: there(sources), sources: withoutTables(sources) });
    expect(lost.flatMap(({ losses }) => losses)).toEqual([
      expect.objectContaining({ resource: 'table fanbus-dev-items', how: 'removed', isKept: false }),
    ]);
    expect(render(lost)).toContain('table fanbus-dev-items is REMOVED. WHAT IT HOLDS IS LOST.');
    const stays = planDeployment({ deployed: there(prd), sources: withoutTables(prd) });
    expect(render(stays)).toContain('is REMOVED. What it holds stays in the account, but out of use.');
  });

  it('names a stack that the sources no longer have, and one that CloudFormation has not settled', () => {
    const plan = planDeployment({
      deployed: there(sources).map((one) =>
        one.name === 'bus' ? { ...one, status: 'UPDATE_ROLLBACK_FAILED' } : one,
      ),
      sources: sources.filter(({ name }) => name !== 'label-item'),
    });
    expect(plan.at(-1)).toMatchObject({ name: 'label-item', fate: 'orphan', isConsumer: true });
    expect(differencesOf(plan)).toEqual([]);
    expect(render(plan)).toContain(
      '  left over  consumer label-item: it is not in the sources any more, and stays until npx fanbus destroy label-item\n',
    );
    expect(render(plan)).toContain(
      '  ! stack bus is UPDATE_ROLLBACK_FAILED: put right what stands in the way',
    );
  });
});

describe('what a command is given', () => {
  it('has names and context, in any order', () => {
    const words = [
      'a',
      '--context',
      'issuer=https://x?y=z',
      '--stage',
      'qat',
      'b',
      '--context=corsOrigins=c,d',
      'a',
    ];
    expect(readNames(words)).toEqual(['a', 'b']);
    expect(readContext(words)).toEqual({ context: { issuer: 'https://x?y=z', corsOrigins: 'c,d' } });
    expect(readContext(['--context', 'overrides={"a":{"memoryMb":512}}'])).toEqual({
      context: {},
      overrides: { a: { memoryMb: 512 } },
    });
  });

  it.each([
    ['issuer', '--context issuer is no KEY=VALUE'],
    ['stage=prd', 'name the stage by --stage prd'],
    ['overrides={', 'overrides are not JSON'],
  ])('refuses the context %s', (given, message) => {
    expect(() => readContext(['--context', given])).toThrow(message);
  });
});

describe('a deployment that fails', () => {
  const target: Target = {
    kind: 'aws',
    label: 'AWS',
    stage: 'dev',
    accountId: '123456789012',
    region: 'eu-west-1',
    names: namesOf({ stage: 'dev' }),
    settings: { region: 'eu-west-1', profile: 'team' },
    options: ['--profile team'],
  };

  it('says how to make an account ready for CDK', () => {
    const environment = { account: target.accountId, region: target.region };
    const cause = new BootstrapError('SsmParameterNotFound', 'SSM parameter not found', environment);
    const error = ToolkitError.withCause('DeployStackFailed', 'fanbus-dev-bus failed', cause);
    expect(explainFailure(error, { target, stacks: ['bus'], progress: [], there: [] })).toContain(
      'npx cdk bootstrap aws://123456789012/eu-west-1 --profile team',
    );
  });

  it('tells the resource, the reason and how each stack stands', () => {
    const stackName = 'fanbus-dev-a';
    const failed = { kind: 'resource', stackName, type: 'AWS::SQS::Queue', status: 'UPDATE_FAILED' } as const;
    const text = explainFailure(new Error('it failed'), {
      target,
      stacks: ['bus', 'a', 'b'],
      progress: [
        { kind: 'done', stackName: 'fanbus-dev-bus' },
        { kind: 'begun', stackName },
        { ...failed, logicalId: 'Queue', reason: 'no such key' },
        { ...failed, logicalId: 'Other', reason: 'Resource update cancelled' },
      ],
      there: [{ name: 'a', stackName, status: 'UPDATE_ROLLBACK_COMPLETE', isProtected: false, template: {} }],
    });
    expect(text).toBe(
      [
        'the deployment failed: fanbus-dev-a: AWS::SQS::Queue Queue: no such key',
        '  bus: deployed.',
        '  a: rolled back; it is as it was before. Put right what failed and deploy again.',
        '  b: not begun.',
      ].join('\n'),
    );
  });
});

/** The plan for sources of which one stack's resources were edited, type by type. */
function edited(
  name: string,
  edits: Readonly<Record<string, (properties: Editable) => void>>,
): DeploymentPlan {
  return planDeployment({
    deployed: there(sources),
    sources: sources.map((stack) => {
      if (stack.name !== name) return stack;
      const template = structuredClone(stack.template);
      for (const { Properties, Type } of Object.values(template.Resources ?? {})) edits[Type]?.(Properties);
      return { ...stack, template };
    }),
  });
}

/** Properties of any resource: JSON of any shape. */
type Editable = ReturnType<typeof JSON.parse>;

function there(stacks: readonly SourceStack[]): readonly DeployedStack[] {
  return stacks.map(({ name, template }) => ({ name, template, status: 'CREATE_COMPLETE' }));
}

/** As the stages have it that keep what their tables hold. */
function kept(template: Template): Template {
  return JSON.parse(
    JSON.stringify(template).replaceAll('"DeletionPolicy":"Delete"', '"DeletionPolicy":"Retain"'),
  );
}

function changesOf(plan: DeploymentPlan): readonly string[] {
  return plan.flatMap(({ changes }) =>
    changes.map(({ from, resource, to, what }) => `${resource}: ${what} ${from} → ${to}`),
  );
}

function render(plan: DeploymentPlan): string {
  return renderPlan(plan, { destroy: 'npx fanbus destroy' });
}
