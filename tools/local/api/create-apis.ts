import type { Logs } from '../function/create-logs.ts';
import type { Functions } from '../function/functions.ts';
import type { Engine, LocalService } from '../local-service.ts';
import { createApiOperations } from './api-operations.ts';
import { EXECUTE_PATH } from './api-request.ts';
import { apiResources } from './api-resources.ts';
import { createExecuteApi } from './execute-api.ts';
import { createHttpApiState } from './http-api.ts';
import type { Issuer } from './issuer.ts';
import { createOidcEndpoints, OIDC_PATH } from './oidc-endpoints.ts';

/** API Gateway's HTTP APIs. */
export interface Apis extends LocalService {
  /** Has the data folder's signing key ready. Rejects with `UserError` when it cannot be used. */
  open(): Promise<void>;
}

/** HTTP APIs in front of functions, and the issuer of the tokens that they take. */
export function createApis(
  engine: Engine,
  options: { readonly functions: Functions; readonly logs: Logs },
): Apis {
  const { functions, logs } = options;
  const state = createHttpApiState();
  let opened: Promise<Issuer> | undefined;
  const issuer = () => {
    // Loaded only when asked for: most engines never see a token.
    opened ??= import('./issuer.ts').then(({ openIssuer }) =>
      openIssuer({ folder: engine.persistence?.folder }),
    );
    return opened;
  };

  return {
    name: 'apigateway',
    protocol: createApiOperations(engine, state),
    publicPaths: {
      [EXECUTE_PATH]: createExecuteApi({ engine, state, functions, logs, issuer }),
      [`${OIDC_PATH}/`]: createOidcEndpoints({ engine, state, issuer }),
    },
    resources: apiResources(engine, { state, hasLogGroup: logs.has }),
    async open() {
      if (engine.persistence) await issuer();
    },
    close: async () => {},
  };
}
