import { healthApi } from '../../../generated/http/health.ts';
import openapi from '../../../generated/http/openapi.json' with { type: 'json' };
import { routes } from '../../../generated/http/routes.ts';
import { readApiEnvironment } from '../../runtime/http/api-environment.ts';
import { createApi } from '../../runtime/http/create-api.ts';
import { etagOf } from '../../runtime/http/etag.ts';

const environment = readApiEnvironment();
const headers = { etag: etagOf(openapi) };

/** Answers its own operations, and requests to what is none of any function's. */
export const handler = createApi(healthApi, {
  routes,
  operations: {
    getHealth: async () => ({ status: 200, body: { status: 'ok', stage: environment.STAGE } }),
    getOpenapi: async () => ({ status: 200, headers, body: openapi }),
  },
});
