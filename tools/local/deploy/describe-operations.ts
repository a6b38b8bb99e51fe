import type { JsonObject, QueryOperation } from '../local-service.ts';
import { AwsError } from '../wire/aws-error.ts';
import { listOf } from '../wire/query-protocol.ts';
import type { XmlContent } from '../wire/xml.ts';
import { findChangeSet } from './change-set-operations.ts';
import {
  describeEvent,
  describeResources,
  describeStack,
  members,
  summariseStack,
} from './describe-stack.ts';
import { parseTemplate, readTemplateBody } from './read-source.ts';
import type { Stack } from './stack.ts';
import { type StacksContext, stackOf } from './stacks-context.ts';

/** What CloudFormation answers about stacks and templates. */
export function describeOperations(context: StacksContext): Readonly<Record<string, QueryOperation>> {
  const { source, store } = context;
  return {
    DescribeStacks(input) {
      const asked = input.StackName === undefined ? store.list() : [stackOf(context, input)];
      return { Stacks: members(asked.map(describeStack)) };
    },
    ListStacks(input) {
      const filter = listOf(input, 'StackStatusFilter');
      const wanted = [...store.list(), ...store.deleted()].filter(
        ({ status }) => filter.length === 0 || filter.includes(status),
      );
      return { StackSummaries: members(wanted.map(summariseStack)) };
    },
    DescribeStackEvents(input) {
      const stack = stackOf(context, input);
      const newestFirst = stack.events.toReversed();
      return { StackEvents: members(newestFirst.map((event) => describeEvent(stack, event))) };
    },
    DescribeStackResource(input) {
      return { StackResourceDetail: resourceOf(stackOf(context, input), input) };
    },
    DescribeStackResources(input) {
      const stack = stackOf(context, input);
      const isOne = input.LogicalResourceId !== undefined;
      return { StackResources: members(isOne ? [resourceOf(stack, input)] : describeResources(stack)) };
    },
    ListStackResources(input) {
      return { StackResourceSummaries: members(describeResources(stackOf(context, input))) };
    },
    GetTemplate(input) {
      const stack = stackOf(context, input);
      const { source: described } = input.ChangeSetName === undefined ? stack : findChangeSet(context, input);
      return { TemplateBody: described?.body ?? '{}', StagesAvailable: members(['Original', 'Processed']) };
    },
    GetTemplateSummary: async (input) => summariseTemplate(await bodyOf(input)),
    ValidateTemplate: async (input) => summariseTemplate(await bodyOf(input)),
    ListExports() {
      const exports = store
        .list()
        .flatMap(({ exports: own, id }) =>
          [...own].map(([Name, Value]) => ({ ExportingStackId: id, Name, Value })),
        );
      return { Exports: members(exports) };
    },
  };

  async function bodyOf(input: JsonObject): Promise<string> {
    if (input.StackName === undefined) return readTemplateBody(input, source);
    return stackOf(context, input).source?.body ?? '{"Resources":{}}';
  }
}

function summariseTemplate(body: string): XmlContent {
  const { Description, Parameters = {}, Resources = {} } = parseTemplate(body);
  const parameters = Object.entries(Parameters).map(
    ([name, { Default, Description: about, NoEcho, Type }]) => ({
      ParameterKey: name,
      ParameterType: Type,
      DefaultValue: Default,
      Description: about,
      NoEcho: String(NoEcho) === 'true',
    }),
  );
  return {
    Description,
    Parameters: members(parameters),
    ResourceTypes: members([...new Set(Object.values(Resources).map(({ Type }) => Type))]),
  };
}

function resourceOf(stack: Stack, { LogicalResourceId }: JsonObject): XmlContent {
  const found = describeResources(stack).find((each) => each.LogicalResourceId === LogicalResourceId);
  if (found) return found;
  throw new AwsError(
    'ValidationError',
    `Resource ${LogicalResourceId} does not exist for stack ${stack.name}`,
  );
}
