import type {
  Capability,
  Parameter,
  ResourceStatus,
  Stack,
  StackEvent,
  StackResourceDetail,
  StackStatus,
  StackSummary,
} from '@aws-sdk/client-cloudformation'
import type { EventRecord, ResourceRecord, StackDefinition, StackRecord } from '../records.ts'

/** Parameters as they may be shown. */
export function shownParameters({ parameters, noEcho, resolved }: StackDefinition): Parameter[] {
  return Object.entries(parameters).map(([ParameterKey, value]) => ({
    ParameterKey,
    ParameterValue: noEcho.includes(ParameterKey) ? '****' : value,
    ...(resolved[ParameterKey] === undefined ? {} : { ResolvedValue: resolved[ParameterKey] }),
  }))
}

export function stackView(stack: StackRecord): Stack {
  const { definition } = stack
  return {
    StackId: stack.stackId,
    StackName: stack.stackName,
    ChangeSetId: stack.changeSetId,
    Description: stack.description,
    Parameters: shownParameters(definition),
    CreationTime: new Date(stack.creationTime),
    ...(stack.lastUpdatedTime === undefined
      ? {}
      : { LastUpdatedTime: new Date(stack.lastUpdatedTime) }),
    ...(stack.deletionTime === undefined ? {} : { DeletionTime: new Date(stack.deletionTime) }),
    RollbackConfiguration: {},
    StackStatus: stack.status as StackStatus,
    StackStatusReason: stack.statusReason,
    DisableRollback: stack.disableRollback,
    NotificationARNs: [...definition.notificationArns],
    TimeoutInMinutes: stack.timeoutMinutes,
    Capabilities: definition.capabilities as Capability[],
    Outputs: stack.outputs.map(({ key, value, description, exportName }) => ({
      OutputKey: key,
      OutputValue: value,
      ...(description === undefined ? {} : { Description: description }),
      ...(exportName === undefined ? {} : { ExportName: exportName }),
    })),
    RoleARN: stack.roleArn,
    Tags: definition.tags.map((tag) => ({ ...tag })),
    EnableTerminationProtection: stack.terminationProtection,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  }
}

export function stackSummary(stack: StackRecord): StackSummary {
  const { StackId, StackName, CreationTime, LastUpdatedTime, DeletionTime, StackStatus } =
    stackView(stack)
  return {
    StackId,
    StackName,
    TemplateDescription: stack.description,
    CreationTime,
    LastUpdatedTime,
    DeletionTime,
    StackStatus,
    StackStatusReason: stack.statusReason,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  }
}

export function eventView(event: EventRecord): StackEvent {
  return {
    StackId: event.stackId,
    EventId: event.eventId,
    StackName: event.stackName,
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.physicalId,
    ResourceType: event.type,
    Timestamp: new Date(event.at),
    ResourceStatus: event.status as ResourceStatus,
    ResourceStatusReason: event.reason,
    ResourceProperties: event.properties,
    ClientRequestToken: event.token,
  }
}

export function resourceView(stack: StackRecord, record: ResourceRecord): StackResourceDetail {
  return {
    StackName: stack.stackName,
    StackId: stack.stackId,
    LogicalResourceId: record.logicalId,
    PhysicalResourceId: record.physicalId ?? '',
    ResourceType: record.type,
    LastUpdatedTimestamp: new Date(record.updatedAt),
    ResourceStatus: record.status as ResourceStatus,
    ResourceStatusReason: record.statusReason,
    Metadata: record.metadata === undefined ? '{}' : JSON.stringify(record.metadata),
    DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
  }
}
