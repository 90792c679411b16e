import type { EngineContext } from '../../service.ts'
import type { AwsCalls } from '../../calls.ts'
import type { Instance } from '../plan/instantiate.ts'
import type { ResourceRecord, StackRecord } from '../records.ts'
import { generatedName } from '../resources/generated-name.ts'
import type {
  Attributes,
  ExistingRequest,
  Properties,
  ResourceRequest,
} from '../resources/handler.ts'
import { templateError } from '../errors.ts'
import type { ResourceFacts } from '../template/scope.ts'

/** What the executor of one operation carries about. */
export interface StackContext {
  readonly engine: EngineContext
  readonly stack: StackRecord
  readonly calls: AwsCalls
  /** Placeholder → value of the NoEcho parameters, of the old and the new definition. */
  readonly secrets: ReadonlyMap<string, string>
  readonly signal: AbortSignal
}

/** An operation that makes things also knows what is to be there. */
export interface ApplyContext extends StackContext {
  readonly instance: Instance
}

/** The request that a handler gets. */
export function resourceRequest(
  context: StackContext,
  resource: {
    logicalId: string
    nameSuffix: string
    properties: Properties
    known?: readonly string[]
  },
): ResourceRequest {
  const { engine, stack } = context
  const { logicalId, nameSuffix, properties, known = [] } = resource
  const parts = { stackName: stack.stackName, logicalId, suffix: nameSuffix }
  return {
    calls: context.calls,
    clock: engine.clock,
    accountId: engine.accountId,
    region: stack.region,
    endpoint: engine.endpoint,
    stackId: stack.stackId,
    stackName: stack.stackName,
    logicalId,
    properties,
    known,
    express: stack.operation?.express ?? false,
    signal: context.signal,
    generatedName: (rule) => generatedName(parts, rule),
  }
}

export function existingRequest(
  request: ResourceRequest,
  physicalId: string,
  attributes: Attributes,
  snapshot = false,
): ExistingRequest {
  return { ...request, physicalId, attributes, snapshot }
}

/** A resource as expressions see it, from what the stack remembers of it. */
export function factsOf(record: ResourceRecord | undefined): ResourceFacts | undefined {
  if (record?.physicalId === undefined) return undefined
  return {
    ref: record.physicalId,
    attribute: (name) => {
      const value = record.attributes[name]
      if (value === undefined)
        throw templateError(
          `Attribute ${name} of resource ${record.logicalId} is not provided by this engine`,
        )
      return value
    },
  }
}
