import { App, type Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { apiFunctions } from '../generated/http/routes.ts';
import { refuseUnknownConsumers } from './overrides.ts';
import { SettingsError } from './settings-error.ts';
import { ApiStack } from './stacks/api-stack.ts';
import { BusStack } from './stacks/bus-stack.ts';
import { CloseReviewStack } from './stacks/close-review-stack.ts';
import { CompleteTaskFileStack } from './stacks/complete-task-file-stack.ts';
import { ConvertFormatStack } from './stacks/convert-format-stack.ts';
import { CreateTasksStack } from './stacks/create-tasks-stack.ts';
import { DetectFacesStack } from './stacks/detect-faces-stack.ts';
import { GatherVerdictStack } from './stacks/gather-verdict-stack.ts';
import { ImagesDataStack } from './stacks/images-data-stack.ts';
import { ItemsDataStack } from './stacks/items-data-stack.ts';
import { LabelItemStack } from './stacks/label-item-stack.ts';
import { MakeThumbnailsStack } from './stacks/make-thumbnails-stack.ts';
import { ModerateImageStack } from './stacks/moderate-image-stack.ts';
import { NoteAnswersStack } from './stacks/note-answers-stack.ts';
import { ReadMetadataStack } from './stacks/read-metadata-stack.ts';
import { ReadTaskFileStack } from './stacks/read-task-file-stack.ts';
import { RecordAnalyticsStack } from './stacks/record-analytics-stack.ts';
import { ScanImageStack } from './stacks/scan-image-stack.ts';
import { StoreItemStack } from './stacks/store-item-stack.ts';
import { TasksDataStack } from './stacks/tasks-data-stack.ts';
import { UpdateProfileStack } from './stacks/update-profile-stack.ts';
import { readStage, type Stage } from './stage.ts';

/** Puts every stack of Fanbus into the app, in flow order. The context names the stage and its overrides. */
export function addStacks(app: App): Stage {
  const stage = readStage(app.node);
  const bus = new BusStack(app, stage);
  const tasksData = new TasksDataStack(app, stage);
  const tasks = [
    new ReadTaskFileStack(app, stage),
    new CreateTasksStack(app, stage),
    new CompleteTaskFileStack(app, stage),
  ];
  const imagesData = new ImagesDataStack(app, stage);
  const images = [
    new MakeThumbnailsStack(app, stage),
    new ScanImageStack(app, stage),
    new ModerateImageStack(app, stage),
    new DetectFacesStack(app, stage),
    new ReadMetadataStack(app, stage),
    new ConvertFormatStack(app, stage),
    new GatherVerdictStack(app, stage),
    new CloseReviewStack(app, stage),
    new UpdateProfileStack(app, stage),
    new NoteAnswersStack(app, stage),
  ];
  const itemsData = new ItemsDataStack(app, stage);
  const items = [new StoreItemStack(app, stage), new LabelItemStack(app, stage)];
  const analytics = new RecordAnalyticsStack(app, stage);
  const api = new ApiStack(app, stage);
  deployAfter(bus, [tasksData, imagesData, itemsData, analytics, api]);
  deployAfter(tasksData, [...tasks, api]);
  deployAfter(imagesData, [...images, api]);
  deployAfter(itemsData, items);
  refuseUnknownConsumers(stage.overrides, [
    ...[...tasks, ...images, ...items, analytics].map((consumer) => consumer.node.id),
    ...apiFunctions.map(({ name }) => name),
  ]);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return stage;
}

function deployAfter(first: Stack, then: readonly Stack[]): void {
  for (const stack of then) stack.addStackDependency(first);
}

if (import.meta.main) {
  try {
    const app = new App();
    addStacks(app);
    app.synth();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
