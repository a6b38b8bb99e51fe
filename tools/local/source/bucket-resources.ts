import type { DeclaredResource, JsonObject, ResourceProvider } from '../local-service.ts';
import type { Buckets } from './buckets.ts';

/** `AWS::S3::Bucket` and `AWS::S3::BucketPolicy`. */
export function createBucketResources(buckets: Buckets, region: string): Record<string, ResourceProvider> {
  return {
    'AWS::S3::Bucket': {
      honoured: ['BucketName', 'NotificationConfiguration', 'VersioningConfiguration'],
      withoutEffect: {
        AccessControl: 'whoever reaches 127.0.0.1 may read and write',
        BucketEncryption: 'objects are not encrypted here',
        LifecycleConfiguration: 'objects live as long as the local AWS does',
        LoggingConfiguration: 'the requests are on the engine as observations',
        OwnershipControls: 'there is one account here',
        PublicAccessBlockConfiguration: 'nothing here is public',
        Tags: 'tags of buckets are not looked at here',
      },
      naming: { property: 'BucketName', isTaken: (name) => buckets.find(name) !== undefined },
      async deploy(resource) {
        refuseVersioning(resource);
        const isEventBridgeOn = notifiesEventBridge(resource);
        const name = String(
          resource.properties.BucketName ?? resource.generatedName.toLowerCase().slice(0, 63),
        );
        const bucket = buckets.find(name) ?? buckets.create(name);
        bucket.isEventBridgeOn = isEventBridgeOn;
        return {
          physicalId: name,
          attributes: {
            Arn: `arn:aws:s3:::${name}`,
            DomainName: `${name}.s3.amazonaws.com`,
            DualStackDomainName: `${name}.s3.dualstack.${region}.amazonaws.com`,
            RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
          },
        };
      },
      remove: async (name) => buckets.delete(name),
    },
    'AWS::S3::BucketPolicy': {
      honoured: ['Bucket', 'PolicyDocument'],
      withoutEffect: {},
      async deploy({ properties }) {
        const bucket = buckets.get(String(properties.Bucket));
        bucket.policy = properties.PolicyDocument;
        return { physicalId: bucket.name, attributes: {} };
      },
      async remove(name) {
        const bucket = buckets.find(name);
        if (bucket) bucket.policy = undefined;
      },
    },
  };
}

function refuseVersioning({ properties, logicalId }: DeclaredResource): void {
  const { Status } = (properties.VersioningConfiguration ?? {}) as JsonObject;
  if (Status === 'Enabled') {
    throw new Error(
      `the bucket ${logicalId} has VersioningConfiguration.Status "Enabled": the local S3 keeps one version of each object. Leave it out.`,
    );
  }
}

function notifiesEventBridge({ properties, logicalId }: DeclaredResource): boolean {
  const { EventBridgeConfiguration, ...others } = (properties.NotificationConfiguration ?? {}) as JsonObject;
  const other = Object.keys(others)[0];
  if (other) {
    throw new Error(
      `the bucket ${logicalId} has NotificationConfiguration.${other}: the local S3 notifies EventBridge only. Make a rule on the default bus instead.`,
    );
  }
  if (EventBridgeConfiguration === undefined) return false;
  // CloudFormation takes the property's presence as true.
  return String((EventBridgeConfiguration as JsonObject).EventBridgeEnabled ?? true) === 'true';
}
