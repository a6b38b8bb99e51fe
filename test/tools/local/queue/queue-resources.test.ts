import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  DeclaredResource,
  JsonObject,
  ResourceProvider,
} from '../../../../tools/local/local-service.ts';
import { type LocalAws, startLocalAws } from '../../../../tools/local/start-local-aws.ts';
import { declare } from '../declare-resource.ts';

let aws: LocalAws;

beforeAll(async () => {
  aws = await startLocalAws();
});

afterAll(() => aws.close());

function provider(type: string): ResourceProvider {
  const found = aws.queues.resources[type];
  if (!found) throw new Error(`no provider for ${type}`);
  return found;
}

const deployQueue = (properties: JsonObject, more: Partial<DeclaredResource> = {}) =>
  provider('AWS::SQS::Queue').deploy(declare('AWS::SQS::Queue', properties, more));

function attributes(name: string): Promise<JsonObject> | JsonObject {
  const { protocol } = aws.queues;
  if (protocol.kind !== 'json') throw new Error('SQS speaks JSON');
  const QueueUrl = `${aws.endpoint}/000000000000/${name}`;
  const input = { QueueUrl, AttributeNames: ['All'] };
  return protocol.operations.GetQueueAttributes?.(input, { kind: 'user', name: 'user' }) ?? {};
}

describe('AWS::SQS::Queue', () => {
  it('is its URL, and has its ARN and name as attributes', async () => {
    expect(await deployQueue({ QueueName: 'named' })).toEqual({
      physicalId: `${aws.endpoint}/000000000000/named`,
      attributes: {
        Arn: 'arn:aws:sqs:us-east-1:000000000000:named',
        QueueName: 'named',
        QueueUrl: `${aws.endpoint}/000000000000/named`,
      },
    });
  });

  it('takes a generated name, which ends in .fifo for a FIFO queue', async () => {
    const { attributes: plain } = await deployQueue({}, { generatedName: 'stack-Queue-1' });
    const { attributes: fifo } = await deployQueue({ FifoQueue: true }, { generatedName: 'stack-Queue-2' });
    expect([plain.QueueName, fifo.QueueName]).toEqual(['stack-Queue-1', 'stack-Queue-2.fifo']);
  });

  it('changes its settings when it is deployed again, and keeps its messages', async () => {
    await deployQueue({ QueueName: 'dead' });
    const first = await deployQueue({ QueueName: 'changing', VisibilityTimeout: 10 });
    const queue = aws.queues.byArn(first.attributes.Arn ?? '');
    queue?.send({ body: 'kept' }, { kind: 'user', name: 'user' });
    const deadLetterTargetArn = 'arn:aws:sqs:us-east-1:000000000000:dead';
    const second = await deployQueue(
      {
        QueueName: 'changing',
        VisibilityTimeout: 60,
        RedrivePolicy: { deadLetterTargetArn, maxReceiveCount: 5 },
      },
      { physicalId: first.physicalId },
    );
    expect(second).toEqual(first);
    expect(queue?.depth().visible).toBe(1);
    expect(await attributes('changing')).toMatchObject({
      Attributes: {
        VisibilityTimeout: '60',
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 5 }),
      },
    });
  });

  it('goes back to what is usual for a property that left the template', async () => {
    await deployQueue({ QueueName: 'less', VisibilityTimeout: 10, DelaySeconds: 5 });
    await deployQueue({ QueueName: 'less', DelaySeconds: 5 });
    expect(await attributes('less')).toMatchObject({
      Attributes: { VisibilityTimeout: '30', DelaySeconds: '5' },
    });
  });

  it('is gone when it is removed', async () => {
    const { physicalId, attributes: given } = await deployQueue({ QueueName: 'leaving' });
    await provider('AWS::SQS::Queue').remove(physicalId);
    expect(aws.queues.byArn(given.Arn ?? '')).toBeUndefined();
  });
});

describe('AWS::SQS::QueuePolicy', () => {
  it('is kept in its queues', async () => {
    const { physicalId } = await deployQueue({ QueueName: 'guarded' });
    const PolicyDocument = { Version: '2012-10-17', Statement: [] };
    await provider('AWS::SQS::QueuePolicy').deploy(
      declare('AWS::SQS::QueuePolicy', { Queues: [physicalId], PolicyDocument }),
    );
    expect(await attributes('guarded')).toMatchObject({
      Attributes: { Policy: JSON.stringify(PolicyDocument) },
    });
  });

  it('is taken from a queue that it no longer names, and from all when it is removed', async () => {
    const [one, two] = await Promise.all(['first', 'second'].map((QueueName) => deployQueue({ QueueName })));
    const policies = provider('AWS::SQS::QueuePolicy');
    const policyFor = (...urls: (string | undefined)[]) =>
      declare('AWS::SQS::QueuePolicy', { Queues: urls, PolicyDocument: { Statement: [] } });
    const { physicalId } = await policies.deploy(policyFor(one?.physicalId, two?.physicalId));
    const changed = await policies.deploy({ ...policyFor(two?.physicalId), physicalId });
    expect(await attributes('first')).not.toHaveProperty('Attributes.Policy');
    expect(await attributes('second')).toHaveProperty('Attributes.Policy');
    await policies.remove(changed.physicalId);
    expect(await attributes('second')).not.toHaveProperty('Attributes.Policy');
  });
});
