import type { Clock } from '../../../clock/clock.ts'
import type { AwsCalls } from '../../calls.ts'
import type { Value } from '../template/value.ts'

/**
 * How the resources of one type are made, changed and removed: AWS operations and nothing else.
 * Properties have the types of the schema; secrets are already in.
 */
export interface ResourceHandler {
  readonly type: string
  /** Makes the resource. It need not be usable yet: that is `stabilize`'s business. */
  create(request: ResourceRequest): Promise<Created>
  /** Changes the resource in place. Without it every change is refused. */
  update?(request: UpdateRequest): Promise<Attributes | void>
  /** Removes the resource and returns when it is gone. An error "not found" counts as done. */
  delete(request: ExistingRequest): Promise<void>
  /** Waits until the resource is usable, after `create` and `update`; answers its attributes. */
  stabilize?(request: ExistingRequest): Promise<Attributes | void>
  /** Finds what an interrupted `create` has made, if anything. */
  find?(request: ResourceRequest): Promise<Created | undefined>
  /** Whether these changes need a replacement, for properties whose schema says "maybe". */
  replaces?(change: PropertyChange): boolean
}

export type Properties = Readonly<Record<string, unknown>>
export type Attributes = Readonly<Record<string, Value>>

export interface PropertyChange {
  readonly before: Properties
  readonly after: Properties
  /** Top-level properties that differ. */
  readonly changed: readonly string[]
}

export interface Created {
  /** Also what `Ref` answers. */
  readonly physicalId: string
  readonly attributes?: Attributes
}

export interface ResourceRequest {
  readonly calls: AwsCalls
  readonly clock: Clock
  readonly accountId: string
  readonly region: string
  readonly endpoint: string
  readonly stackId: string
  readonly stackName: string
  readonly logicalId: string
  readonly properties: Properties
  /** Physical ids that `find` must not answer: they are known already. */
  readonly known: readonly string[]
  /** AWS: "Express mode": do not wait until the resource can serve traffic. */
  readonly express: boolean
  /** Aborts when the operation is cancelled. */
  readonly signal: AbortSignal
  /** A name as CloudFormation makes them: `stack-LogicalId-SUFFIX`; the same at every retry. */
  generatedName(rule: NameRule): string
}

export interface NameRule {
  readonly maxLength: number
  readonly lowercase?: boolean
}

export interface ExistingRequest extends ResourceRequest {
  readonly physicalId: string
  readonly attributes: Attributes
  /** Keep a final snapshot when deleting: the deletion policy asks for it. */
  readonly snapshot: boolean
}

export interface UpdateRequest extends ExistingRequest {
  readonly before: Properties
}
