import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ApiFunction } from '../constructs/api-function.ts';
import { HttpApi } from '../constructs/http-api.ts';
import { stageTable } from '../constructs/table.ts';
import { namesOf } from '../names.ts';
import { stackSettings } from '../stack-settings.ts';
import type { Stage } from '../stage.ts';

/** The REST API: its routes, the functions behind them, and what was answered to keyed requests. */
export class ApiStack extends Stack {
  constructor(scope: Construct, stage: Stage) {
    super(scope, 'api', stackSettings(stage, 'api', 'The REST API and its functions.'));
    const names = namesOf({ stage: stage.name });
    const api = new HttpApi(this, 'HttpApi', {
      name: names.api,
      description: 'The REST API of Fanbus.',
      stage,
    });
    stageTable(this, 'Idempotency', {
      name: names.idempotencyTable,
      partitionKey: 'id',
      expiresAt: 'expiration',
      stage,
    });
    const health = new ApiFunction(this, {
      name: 'health-api',
      api,
      entry: new URL('../../services/health/health-api/handler.ts', import.meta.url),
      stage,
    });
    api.addFallback(health.lambda);
  }
}
