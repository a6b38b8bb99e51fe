import { App, type Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Construct } from 'constructs';
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

/** By domain what outlives its consumers, if anything does, and the consumers in flow order: `fanbus new consumer` adds to them. */
const domains: Readonly<Record<string, Domain>> = {
  tasks: {
    data: TasksDataStack,
    consumers: [ReadTaskFileStack, CreateTasksStack, CompleteTaskFileStack],
  },
  images: {
    data: ImagesDataStack,
    consumers: [
      MakeThumbnailsStack,
      ScanImageStack,
      ModerateImageStack,
      DetectFacesStack,
      ReadMetadataStack,
      ConvertFormatStack,
      GatherVerdictStack,
      CloseReviewStack,
      UpdateProfileStack,
      NoteAnswersStack,
    ],
  },
  items: {
    data: ItemsDataStack,
    consumers: [StoreItemStack, LabelItemStack],
  },
  analytics: {
    consumers: [RecordAnalyticsStack],
  },
};

interface Domain {
  readonly data?: StackOfStage;
  readonly consumers: readonly StackOfStage[];
}

type StackOfStage = new (scope: Construct, stage: Stage) => Stack;

/** Puts every stack of Fanbus into the app, in flow order. The context names the stage and its overrides. */
export function addStacks(app: App): Stage {
  const stage = readStage(app.node);
  const bus = new BusStack(app, stage);
  const added = Object.values(domains).map(({ data: Data, consumers }) => ({
    data: Data && new Data(app, stage),
    consumers: consumers.map((Consumer) => new Consumer(app, stage)),
  }));
  const api = new ApiStack(app, stage);
  api.addStackDependency(bus);
  for (const { data = bus, consumers } of added) {
    if (data !== bus) data.addStackDependency(bus);
    for (const stack of [...consumers, api]) stack.addStackDependency(data);
  }
  refuseUnknownConsumers(stage.overrides, [
    ...added.flatMap(({ consumers }) => consumers.map(({ node }) => node.id)),
    ...apiFunctions.map(({ name }) => name),
  ]);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return stage;
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
