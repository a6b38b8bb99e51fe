import type { DeclaredResource, DeployedResource, JsonObject, ResourceProvider } from '../local-service.ts';
import { putRule } from '../rule/rules.ts';
import { replaceTargets } from '../rule/targets.ts';
import { apiDestinationResources } from './api-destination-resources.ts';
import { createArchive, deleteArchive, updateArchive } from './archives.ts';
import { createBus, updateBus } from './event-buses.ts';
import type { EventsContext } from './events-context.ts';
import { putStatement, replacePolicy } from './permissions.ts';
import { isObject, listOfObjects, optionalText, requireText } from './request.ts';

/** The resource types of `AWS::Events`. */
export function eventResources(context: EventsContext): Record<string, ResourceProvider> {
  return {
    'AWS::Events::EventBus': busProvider(context),
    'AWS::Events::Rule': ruleProvider(context),
    'AWS::Events::Archive': archiveProvider(context),
    'AWS::Events::EventBusPolicy': busPolicyProvider(context),
    ...apiDestinationResources(context),
  };
}

function busProvider(context: EventsContext): ResourceProvider {
  return {
    honoured: ['Name', 'Description', 'DeadLetterConfig', 'Tags', 'Policy'],
    withoutEffect: {
      KmsKeyIdentifier: 'events are not encrypted here',
      LogConfig: 'the engine reports observations instead of logs',
    },
    naming: { property: 'Name', isTaken: (name) => context.buses.has(name) },
    async deploy({ properties }) {
      const name = requireText(properties, 'Name');
      const earlier = context.buses.get(name);
      const bus =
        earlier === undefined ? createBus(context, properties) : updateBus(context, earlier, properties);
      if (properties.Policy !== undefined) replacePolicy(bus, properties.Policy);
      return { physicalId: name, attributes: { Arn: bus.arn, Name: name } };
    },
    async remove(name) {
      context.buses.delete(name);
    },
  };
}

function ruleProvider(context: EventsContext): ResourceProvider {
  return {
    honoured: [
      'Name',
      'EventBusName',
      'EventPattern',
      'State',
      'Description',
      'RoleArn',
      'Tags',
      'Targets',
      'ScheduleExpression',
    ],
    withoutEffect: {},
    deploy: async (resource) => deployRule(context, resource),
    async remove(physicalId) {
      const { busName, name } = splitRuleId(physicalId);
      const bus = context.findBus(busName);
      const rule = bus?.rules.get(name);
      if (bus === undefined || rule === undefined) return;
      bus.rules.delete(name);
      bus.index.remove(rule);
    },
  };
}

function deployRule(context: EventsContext, resource: DeclaredResource): DeployedResource {
  const { properties, generatedName } = resource;
  const name = optionalText(properties, 'Name') ?? generatedName.slice(0, 64);
  const bus = context.requireBus(optionalText(properties, 'EventBusName'));
  const rule = putRule(context, bus, {
    ...properties,
    Name: name,
    EventPattern: patternText(properties),
  });
  replaceTargets(rule, listOfObjects(properties, 'Targets'));
  return {
    physicalId: bus.name === 'default' ? name : `${bus.name}|${name}`,
    attributes: { Arn: rule.arn },
  };
}

/** CloudFormation gives the pattern as an object, the API as text. */
function patternText({ EventPattern: pattern }: JsonObject): unknown {
  return isObject(pattern) ? JSON.stringify(pattern) : pattern;
}

function splitRuleId(physicalId: string): { busName: string; name: string } {
  const [first = '', second] = physicalId.split('|');
  return second === undefined ? { busName: 'default', name: first } : { busName: first, name: second };
}

function archiveProvider(context: EventsContext): ResourceProvider {
  return {
    honoured: ['ArchiveName', 'SourceArn', 'Description', 'EventPattern', 'RetentionDays'],
    withoutEffect: { KmsKeyIdentifier: 'events are not encrypted here' },
    async deploy({ properties, generatedName }) {
      const name = optionalText(properties, 'ArchiveName') ?? generatedName.slice(0, 48);
      const members = { ...properties, ArchiveName: name, EventPattern: patternText(properties) };
      const earlier = context.archives.get(name);
      const archive =
        earlier === undefined
          ? createArchive(context, { ...members, EventSourceArn: properties.SourceArn })
          : updateArchive(earlier, members);
      return { physicalId: name, attributes: { Arn: archive.arn } };
    },
    async remove(name) {
      deleteArchive(context, name);
    },
  };
}

function busPolicyProvider(context: EventsContext): ResourceProvider {
  return {
    honoured: ['EventBusName', 'StatementId', 'Statement'],
    withoutEffect: {},
    async deploy({ properties }) {
      const bus = context.requireBus(optionalText(properties, 'EventBusName'));
      const statementId = requireText(properties, 'StatementId');
      const statement: JsonObject = isObject(properties.Statement) ? properties.Statement : {};
      putStatement(bus, { ...statement, Sid: statementId });
      return { physicalId: `${bus.name}|${statementId}`, attributes: {} };
    },
    async remove(physicalId) {
      const { busName, name } = splitRuleId(physicalId);
      context.findBus(busName)?.policy.delete(name);
    },
  };
}
