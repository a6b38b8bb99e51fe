import type { Construct } from 'constructs';
import { apiFunctions, routes } from '../../generated/http/routes.ts';
import { arns } from '../arns.ts';
import { namesOf } from '../names.ts';
import type { Stage } from '../stage.ts';
import { BundledFunction } from './function.ts';
import type { HttpApi } from './http-api.ts';

/** The functions that the API's schemas name: `tasks-api`. */
export type ApiFunctionName = (typeof apiFunctions)[number]['name'];

export interface ApiFunctionProps {
  readonly name: ApiFunctionName;
  readonly api: HttpApi;
  /** The TypeScript file that exports `handler`. */
  readonly entry: URL;
  readonly stage: Stage;
  /** What the handler reads beyond what every function of the API is given. @default nothing */
  readonly environment?: Readonly<Record<string, string>>;
  /** The event types it publishes. @default none */
  readonly emits?: readonly string[];
}

/** The function that answers the operations of one domain, with their routes. What it remembers of keyed requests is in the API's table. */
export class ApiFunction extends BundledFunction {
  constructor(scope: Construct, props: ApiFunctionProps) {
    const { name, api, entry, stage, environment, emits = [] } = props;
    const names = namesOf({ stage: stage.name });
    const own = routes.filter((route) => route.function === name);
    const isKeyed = own.some(({ method }) => method === 'POST');
    const override = stage.overrides[name] ?? {};
    super(scope, name, {
      name: names.apiFunction(name),
      description: apiFunctions.find((each) => each.name === name)?.description ?? '',
      entry,
      architecture: override.architecture ?? 'arm64',
      nativePackages: [],
      files: {},
      memoryMb: override.memoryMb ?? 512,
      timeoutSeconds: override.timeoutSeconds ?? 10,
      environment: {
        STAGE: stage.name,
        ...(isKeyed ? { IDEMPOTENCY_TABLE: names.idempotencyTable } : {}),
        ...(emits.length > 0 ? { BUS_NAME: names.bus } : {}),
        ...environment,
      },
      hearsItself: false,
      stage,
    });
    if (isKeyed) {
      this.allow(
        ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
        arns.table(names.idempotencyTable),
      );
    }
    if (emits.length > 0) this.allowToPublish(arns.bus(names.bus), emits);
    api.addRoutes(name, this.lambda, own);
  }
}
