import { randomUUID } from 'node:crypto';
import type { Engine, LocalService } from '../local-service.ts';
import { AwsError } from './aws-error.ts';
import { identityArn } from './identity-arn.ts';
import { readBody } from './read-body.ts';
import { renderXml } from './xml.ts';

/** STS with its one operation GetCallerIdentity, so that a client can ask whom the engine takes it for. */
export function createSts(engine: Engine): LocalService {
  return {
    name: 'sts',
    resources: {},
    protocol: {
      kind: 'http',
      operationOf: () => 'GetCallerIdentity',
      async handle(request, response, caller) {
        const form = new URLSearchParams((await readBody(request, { limitBytes: 65_536 })).toString());
        const action = form.get('Action');
        if (action !== 'GetCallerIdentity') {
          throw new AwsError('InvalidAction', `the local STS has GetCallerIdentity only, not ${action}`);
        }
        response.setHeader('content-type', 'text/xml');
        response.end(
          renderXml(
            'GetCallerIdentityResponse',
            {
              GetCallerIdentityResult: {
                Arn: identityArn(caller, engine.accountId),
                UserId: caller.name,
                Account: engine.accountId,
              },
              ResponseMetadata: { RequestId: randomUUID() },
            },
            'https://sts.amazonaws.com/doc/2011-06-15/',
          ),
        );
      },
    },
    close: async () => {},
  };
}
