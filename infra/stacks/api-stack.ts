import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ingressTypes } from '../../services/events/events-api/ingress-types.ts';
import { imagePrefixes } from '../../services/images/image.ts';
import { imagesByUser } from '../../services/images/images-by-user.ts';
import { itemEvents } from '../../services/items/items-api/item-events.ts';
import { filesByOwner } from '../../services/tasks/files-by-owner.ts';
import { TASK_FILES_PREFIX } from '../../services/tasks/task-file.ts';
import { taskEvents } from '../../services/tasks/tasks-api/task-events.ts';
import { allowObjects } from '../allow-objects.ts';
import { arns } from '../arns.ts';
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
    this.#addTasks(api, stage);
    this.#addImages(api, stage);
    new ApiFunction(this, {
      name: 'items-api',
      api,
      entry: new URL('../../services/items/items-api/handler.ts', import.meta.url),
      stage,
      emits: itemEvents,
    });
    new ApiFunction(this, {
      name: 'events-api',
      api,
      entry: new URL('../../services/events/events-api/handler.ts', import.meta.url),
      stage,
      emits: ingressTypes,
    });
    const health = new ApiFunction(this, {
      name: 'health-api',
      api,
      entry: new URL('../../services/health/health-api/handler.ts', import.meta.url),
      stage,
    });
    api.addFallback(health.lambda);
  }

  #addTasks(api: HttpApi, stage: Stage): void {
    const names = namesOf({ stage: stage.name });
    const tasks = new ApiFunction(this, {
      name: 'tasks-api',
      api,
      entry: new URL('../../services/tasks/tasks-api/handler.ts', import.meta.url),
      stage,
      environment: {
        TASKS_TABLE: names.tasksTable,
        TASK_FILES_TABLE: names.taskFilesTable,
        UPLOADS_BUCKET: names.uploadsBucket,
      },
      emits: taskEvents,
    });
    tasks.allow(
      [
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
        'dynamodb:DeleteItem',
        'dynamodb:Query',
      ],
      arns.table(names.tasksTable),
    );
    tasks.allow(['dynamodb:GetItem', 'dynamodb:Query'], arns.table(names.taskFilesTable));
    tasks.allow(['dynamodb:Query'], arns.index(names.taskFilesTable, filesByOwner.name));
    allowObjects(tasks, {
      actions: ['s3:PutObject'],
      bucket: 'uploadsBucket',
      prefix: TASK_FILES_PREFIX,
      stage,
    });
  }

  #addImages(api: HttpApi, stage: Stage): void {
    const names = namesOf({ stage: stage.name });
    const images = new ApiFunction(this, {
      name: 'images-api',
      api,
      entry: new URL('../../services/images/images-api/handler.ts', import.meta.url),
      stage,
      environment: {
        IMAGE_REVIEWS_TABLE: names.imageReviewsTable,
        USERS_TABLE: names.usersTable,
        IMAGES_BUCKET: names.imagesBucket,
      },
    });
    images.allow(['dynamodb:Query', 'dynamodb:BatchGetItem'], arns.table(names.imageReviewsTable));
    images.allow(['dynamodb:Query'], arns.index(names.imageReviewsTable, imagesByUser.name));
    images.allow(['dynamodb:GetItem'], arns.table(names.usersTable));
    // Whoever is handed a signed form or link acts with what the function itself may do.
    const bucket = 'imagesBucket';
    allowObjects(images, { actions: ['s3:PutObject'], bucket, prefix: imagePrefixes.uploads, stage });
    allowObjects(images, { actions: ['s3:GetObject'], bucket, prefix: imagePrefixes.derived, stage });
  }
}
