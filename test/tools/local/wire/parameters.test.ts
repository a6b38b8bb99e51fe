import { expect, it } from 'vitest';
import { startLocalAws } from '../../../../tools/local/start-local-aws.ts';

it('answers under every qualifier that the account is bootstrapped, and has no other parameter', async () => {
  const aws = await startLocalAws();
  const get = async (Name: string) => {
    const scope = `local/20260101/${aws.region}/ssm/aws4_request`;
    const answer = await fetch(aws.endpoint, {
      method: 'POST',
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
        'x-amz-target': 'AmazonSSM.GetParameter',
      },
      body: JSON.stringify({ Name, WithDecryption: true }),
    });
    return answer.json();
  };
  for (const qualifier of ['hnb659fds', 'mine']) {
    expect(await get(`/cdk-bootstrap/${qualifier}/version`)).toMatchObject({ Parameter: { Value: '30' } });
  }
  expect(await get('/other')).toMatchObject({ __type: 'ParameterNotFound' });
  await aws.close();
});
