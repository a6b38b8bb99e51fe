import { expect, it } from 'vitest';
import { namesOf } from '../../infra/names.ts';

it('prefixes everything with the stage, as ARCHITECTURE.md promises', () => {
  const names = namesOf({ stage: 'qat', accountId: '111122223333', region: 'eu-west-1' });
  expect({
    ...names,
    stack: names.stack('tasks-data'),
    apiFunction: names.apiFunction('tasks-api'),
    consumer: names.consumer('create-tasks'),
    deadLetters: names.deadLetters('create-tasks'),
    rule: names.rule('create-tasks', 1),
  }).toEqual({
    bus: 'fanbus-qat',
    archive: 'fanbus-qat',
    tasksTable: 'fanbus-qat-tasks',
    taskFilesTable: 'fanbus-qat-task-files',
    uploadsBucket: 'fanbus-qat-uploads-111122223333-eu-west-1',
    uploadsRule: 'fanbus-qat-uploads',
    imagesBucket: 'fanbus-qat-images-111122223333-eu-west-1',
    imagesRule: 'fanbus-qat-images',
    imageReviewsTable: 'fanbus-qat-image-reviews',
    usersTable: 'fanbus-qat-users',
    itemsTable: 'fanbus-qat-items',
    analyticsBucket: 'fanbus-qat-analytics-111122223333-eu-west-1',
    recordedEventsTable: 'fanbus-qat-recorded-events',
    api: 'fanbus-qat',
    apiFunction: 'fanbus-qat-tasks-api',
    idempotencyTable: 'fanbus-qat-idempotency',
    stack: 'fanbus-qat-tasks-data',
    consumer: 'fanbus-qat-create-tasks',
    deadLetters: 'fanbus-qat-create-tasks-dlq',
    rule: 'fanbus-qat-create-tasks-1',
  });
});
