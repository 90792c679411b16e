import type { DeletionPolicy } from './template/template.ts'
import type { Value, ValueMap } from './template/value.ts'

export interface StackTag {
  readonly Key: string
  readonly Value: string
}

/** What a stack is to be: the part of it that an update replaces as a whole. */
export interface StackDefinition {
  readonly templateBody: string
  /** Values as given; for SSM types the parameter's name. */
  readonly parameters: Readonly<Record<string, string>>
  /** Names of the parameters whose values are never shown. */
  readonly noEcho: readonly string[]
  /** Values of SSM parameters as they were looked up. */
  readonly resolved: Readonly<Record<string, string>>
  readonly tags: readonly StackTag[]
  readonly capabilities: readonly string[]
  readonly notificationArns: readonly string[]
}

export interface StackOutput {
  readonly key: string
  readonly value: string
  readonly description: string | undefined
  readonly exportName: string | undefined
}

export interface StackRecord {
  readonly stackId: string
  readonly stackName: string
  readonly region: string
  readonly status: string
  readonly statusReason: string | undefined
  readonly creationTime: number
  readonly lastUpdatedTime: number | undefined
  readonly deletionTime: number | undefined
  readonly definition: StackDefinition
  readonly outputs: readonly StackOutput[]
  /** Names of the exports that the stack uses. */
  readonly imports: readonly string[]
  readonly description: string | undefined
  readonly roleArn: string | undefined
  readonly disableRollback: boolean
  readonly timeoutMinutes: number | undefined
  readonly terminationProtection: boolean
  readonly changeSetId: string | undefined
  readonly parentId: string | undefined
  /** What is being done, until it is done. A restarted engine goes on from here. */
  readonly operation: OperationRecord | undefined
  /** The definition to go back to while an update is not committed. */
  readonly previous: PreviousState | undefined
}

export interface PreviousState {
  readonly definition: StackDefinition
  readonly outputs: readonly StackOutput[]
}

export type Phase = 'apply' | 'restore' | 'cleanup' | 'cleanup-after-restore' | 'delete' | 'undo'
export type OnFailure = 'ROLLBACK' | 'DELETE' | 'DO_NOTHING'

export interface OperationRecord {
  readonly kind: 'create' | 'update' | 'delete'
  readonly phase: Phase
  readonly token: string | undefined
  readonly onFailure: OnFailure
  readonly cancelled: boolean
  /** Engine time at which a creation has taken too long. */
  readonly deadline: number | undefined
  /** Resources that a deletion leaves alone, or that a continued rollback skips. */
  readonly spared: readonly string[]
  /** Complete as soon as the configuration is applied, without waiting for stability. */
  readonly express: boolean
}

/** A resource as it is, or was before the operation under way. */
export interface ResourceState {
  readonly type: string
  readonly physicalId: string | undefined
  readonly attributes: Readonly<Record<string, Value>>
  /** As applied; secrets are placeholders and unresolved references. */
  readonly properties: ValueMap
  readonly metadata: Value | undefined
  readonly deletionPolicy: DeletionPolicy
  readonly updateReplacePolicy: DeletionPolicy
  readonly dependsOn: readonly string[]
  /** Makes generated names unique; kept so that a retry uses the same name. */
  readonly nameSuffix: string
}

export interface ResourceRecord extends ResourceState {
  readonly stackId: string
  readonly logicalId: string
  readonly status: string
  readonly statusReason: string | undefined
  readonly updatedAt: number
  /** When the physical resource began to be made: wait conditions count from here. */
  readonly startedAt: number
  /** Whether this operation made the resource, so that undoing it means removing it. */
  readonly isNew: boolean
  /** The state to go back to; present while an uncommitted operation has changed it. */
  readonly before: ResourceState | undefined
}

/** A physical resource that the stack no longer needs and still has to delete. */
export interface DiscardRecord extends ResourceState {
  readonly stackId: string
  readonly logicalId: string
  readonly isReplaced: boolean
}

export interface EventRecord {
  readonly eventId: string
  readonly stackId: string
  readonly stackName: string
  readonly logicalId: string
  readonly physicalId: string
  readonly type: string
  readonly at: number
  readonly status: string
  readonly reason: string | undefined
  readonly token: string | undefined
  /** The properties as they may be shown. */
  readonly properties: string | undefined
}

export interface SignalRecord {
  readonly stackId: string
  readonly logicalId: string
  readonly uniqueId: string
  readonly status: 'SUCCESS' | 'FAILURE'
  readonly at: number
}

export interface ChangeSetRecord {
  readonly changeSetId: string
  readonly name: string
  readonly stackId: string
  readonly type: 'CREATE' | 'UPDATE'
  readonly description: string | undefined
  readonly definition: StackDefinition
  readonly status: string
  readonly statusReason: string | undefined
  readonly executionStatus: string
  readonly creationTime: number
  readonly onFailure: OnFailure | undefined
  readonly express: boolean
  /** The changes as the API shows them. */
  readonly changes: readonly object[]
  readonly roleArn: string | undefined
}
