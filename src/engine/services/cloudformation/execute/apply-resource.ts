import { awaitSignals, signalPolicy } from './await-signals.ts'
import { resourceFailureReason } from './failure-reason.ts'
import { SecretValues } from './secret-values.ts'
import type { ApplyContext, StackContext } from './stack-context.ts'
import { existingRequest, resourceRequest } from './stack-context.ts'
import type { StackRecords } from './stack-records.ts'
import { validationError } from '../errors.ts'
import type { Decision } from '../plan/decide-change.ts'
import { decideChange } from '../plan/decide-change.ts'
import type { DesiredState } from '../plan/desired-state.ts'
import { desiredState } from '../plan/desired-state.ts'
import type { ResourceRecord, ResourceState } from '../records.ts'
import type { Created, ResourceHandler, UpdateRequest } from '../resources/handler.ts'
import type { ResourceHandlers } from '../resources/registry.ts'
import type { ValueMap } from '../template/value.ts'
import { sameValue } from '../template/value.ts'

const REPLACING =
  'Requested update requires the creation of a new physical resource; hence creating one.'

type Verb = 'CREATE' | 'UPDATE'

/**
 * Brings single resources to their state: decides what to do from the record and the template,
 * does it, and writes every step, so that the same call after a restart goes on where it stopped.
 */
export class ResourceApplier {
  readonly #records: StackRecords
  readonly #handlers: ResourceHandlers

  constructor(records: StackRecords, handlers: ResourceHandlers) {
    this.#records = records
    this.#handlers = handlers
  }

  /** Makes the resource what the template says. False when that failed. */
  async apply(context: ApplyContext, logicalId: string): Promise<boolean> {
    const { stack, instance } = context
    const declaration = instance.active.resources.get(logicalId)
    if (declaration === undefined) return true
    const record = this.#records.resources.get(stack.stackId, logicalId)
    const dependsOn = [...(instance.active.graph.get(logicalId) ?? [])]
    let desired: DesiredState
    try {
      const tags = { ...stack, stackTags: stack.definition.tags }
      desired = desiredState(logicalId, declaration, instance.scope, { tags, dependsOn })
    } catch (error) {
      this.#fail(record ?? this.#blank(context, logicalId, declaration.type), error)
      return false
    }
    const handler = this.#handlerOf(desired.type)
    if (record?.status.endsWith('_IN_PROGRESS') === true)
      return this.#resume(context, { handler, record, desired })
    return this.#act(context, { handler, logicalId, record, desired })
  }

  /** Puts a resource back to the state before the operation. False when that failed. */
  async restore(context: StackContext, record: ResourceRecord): Promise<boolean> {
    const { before } = record
    if (before === undefined || sameState(record, before)) {
      const { before: _, ...current } = { ...record, ...before }
      this.#records.setResource({ ...current, before: undefined, status: 'UPDATE_COMPLETE' })
      return true
    }
    if (before.physicalId !== record.physicalId || before.type !== record.type) {
      this.#discard(record)
      this.#records.setResource({
        ...record,
        ...before,
        before: undefined,
        status: 'UPDATE_COMPLETE',
      })
      return true
    }
    const handler = this.#handlerOf(record.type)
    return this.#update(context, { handler, record, desired: before, isRestored: true })
  }

  async #act(
    context: ApplyContext,
    step: {
      handler: ResourceHandler
      logicalId: string
      record: ResourceRecord | undefined
      desired: DesiredState
    },
  ): Promise<boolean> {
    const { handler, logicalId, record, desired } = step
    const decision = this.#decide(step)
    if (decision === 'none' || (record === undefined && decision !== 'create')) return true
    if (record !== undefined && decision === 'record') {
      this.#records.resources.put({ ...record, ...desired, before: beforeOf(record) })
      return true
    }
    if (record !== undefined && decision === 'update')
      return this.#update(context, { handler, record, desired, isRestored: false })
    const begun = this.#begin(context, { logicalId, record, desired })
    return this.#create(context, { handler, record: begun, desired, isResumed: false })
  }

  /** What an earlier attempt left half done is done again. */
  #decide(step: {
    handler: ResourceHandler
    record: ResourceRecord | undefined
    desired: DesiredState
  }): Decision['kind'] {
    const { record } = step
    const { kind } = decideChange(record, step.desired, step.handler)
    if (record?.status === 'CREATE_FAILED') return 'create'
    const isUnsure = record?.status === 'UPDATE_FAILED' && (kind === 'none' || kind === 'record')
    return isUnsure ? 'update' : kind
  }

  /** The record of a physical resource that is about to be made, new or instead of another. */
  #begin(
    context: ApplyContext,
    step: { logicalId: string; record: ResourceRecord | undefined; desired: DesiredState },
  ): ResourceRecord {
    const { logicalId, record, desired } = step
    const isNew = record === undefined || record.isNew
    const before = isNew ? undefined : beforeOf(record)
    if (record !== undefined && record.physicalId !== before?.physicalId) this.#discard(record)
    for (const { uniqueId, ...signal } of this.#records.signals.of(context.stack.stackId))
      if (signal.logicalId === logicalId)
        this.#records.signals.delete(signal.stackId, `${logicalId}/${uniqueId}`)
    const begun: ResourceRecord = {
      ...this.#blank(context, logicalId, desired.type),
      ...desired,
      status: isNew ? 'CREATE_IN_PROGRESS' : 'UPDATE_IN_PROGRESS',
      isNew,
      before,
    }
    this.#records.setResource(begun, isNew ? undefined : REPLACING)
    return begun
  }

  /** A physical resource that this operation made and that is no longer wanted. */
  #discard(record: ResourceRecord): void {
    if (record.physicalId !== undefined)
      this.#records.discards.put({ ...record, isReplaced: false })
  }

  #handlerOf(type: string): ResourceHandler {
    const handler = this.#handlers.get(type)
    if (handler === undefined) throw new Error(`No handler for ${type}`)
    return handler
  }

  /** Goes on with what a restart of the engine interrupted. */
  #resume(
    context: ApplyContext,
    step: { handler: ResourceHandler; record: ResourceRecord; desired: DesiredState },
  ): Promise<boolean> {
    const { handler, record, desired } = step
    const isMade = record.before?.physicalId !== record.physicalId || record.isNew
    return isMade
      ? this.#create(context, { handler, record, desired, isResumed: true })
      : this.#update(context, { handler, record, desired, isRestored: false })
  }

  async #create(
    context: ApplyContext,
    step: {
      handler: ResourceHandler
      record: ResourceRecord
      desired: DesiredState
      isResumed: boolean
    },
  ): Promise<boolean> {
    const { handler, desired } = step
    const secrets = new SecretValues(context.calls, context.secrets)
    let { record } = step
    try {
      const request = await this.#request(context, record, secrets)
      let { physicalId } = record
      if (physicalId === undefined) {
        const created = await makeOnce(handler, request, step.isResumed)
        physicalId = created.physicalId
        record = {
          ...record,
          physicalId,
          attributes: secrets.concealAll(created.attributes ?? {}),
        }
        this.#records.setResource(record, 'Resource creation Initiated')
      }
      context.signal.throwIfAborted()
      const attributes = await handler.stabilize?.(
        existingRequest(request, physicalId, record.attributes),
      )
      if (attributes) record = { ...record, attributes: secrets.concealAll(attributes) }
      await this.#awaitSignals(context, record, desired)
      this.#finish(record, record.isNew ? 'CREATE' : 'UPDATE')
      return true
    } catch (error) {
      this.#fail(record, error, { secrets, signal: context.signal })
      return false
    }
  }

  async #update(
    context: StackContext,
    step: {
      handler: ResourceHandler
      record: ResourceRecord
      desired: Omit<DesiredState, 'type'>
      isRestored: boolean
    },
  ): Promise<boolean> {
    const { handler, desired, isRestored } = step
    const { physicalId, properties: applied } = step.record
    // A failed or interrupted attempt is compared with what was there before it.
    const before = isRestored ? applied : (step.record.before?.properties ?? applied)
    const secrets = new SecretValues(context.calls, context.secrets)
    let record: ResourceRecord = {
      ...step.record,
      ...pickState(desired),
      status: 'UPDATE_IN_PROGRESS',
      before: isRestored ? step.record.before : beforeOf(step.record),
    }
    if (isRestored) record = { ...record, properties: applied }
    if (step.record.status !== 'UPDATE_IN_PROGRESS') this.#records.setResource(record)
    try {
      if (handler.update === undefined || physicalId === undefined)
        throw validationError(`Update to resource type ${record.type} is not supported`)
      const base = await this.#request(context, { ...record, ...pickState(desired) }, secrets)
      const request: UpdateRequest = {
        ...existingRequest(base, physicalId, record.attributes),
        before: await secrets.reveal(before),
      }
      const updated = (await handler.update(request)) ?? record.attributes
      const stable = await handler.stabilize?.({ ...request, attributes: updated })
      record = {
        ...record,
        ...pickState(desired),
        attributes: secrets.concealAll(stable || updated),
        before: isRestored ? undefined : record.before,
      }
      this.#finish(record, 'UPDATE')
      return true
    } catch (error) {
      this.#fail(record, error, { secrets, signal: context.signal })
      return false
    }
  }

  async #request(context: StackContext, record: ResourceRecord, secrets: SecretValues) {
    const { stackId } = record
    const known = this.#records.resources
      .of(stackId)
      .flatMap((other) => [
        ...(other.physicalId === undefined ? [] : [other.physicalId]),
        ...(other.before?.physicalId === undefined ? [] : [other.before.physicalId]),
      ])
    return resourceRequest(context, {
      ...record,
      known,
      properties: await secrets.reveal(record.properties),
    })
  }

  async #awaitSignals(context: ApplyContext, record: ResourceRecord, desired: DesiredState) {
    const { stackId, logicalId } = record
    const declaration = context.instance.active.resources.get(logicalId)
    const policy = signalPolicy(declaration?.creationPolicy, desired)
    if (policy === undefined) return
    await awaitSignals({
      clock: context.engine.clock,
      signals: this.#records.signals,
      stackId,
      logicalId,
      policy,
      since: record.startedAt,
      signal: context.signal,
    })
  }

  #blank(context: StackContext, logicalId: string, type: string): ResourceRecord {
    const now = context.engine.clock.now()
    return {
      stackId: context.stack.stackId,
      logicalId,
      type,
      status: 'CREATE_IN_PROGRESS',
      statusReason: undefined,
      physicalId: undefined,
      attributes: {},
      properties: {},
      metadata: undefined,
      deletionPolicy: 'Delete',
      updateReplacePolicy: 'Delete',
      dependsOn: [],
      nameSuffix: this.#records.newSuffix(),
      updatedAt: now,
      startedAt: now,
      isNew: true,
      before: undefined,
    }
  }

  #finish(record: ResourceRecord, verb: Verb): void {
    this.#records.setResource({ ...record, status: `${verb}_COMPLETE` })
  }

  #fail(
    record: ResourceRecord,
    error: unknown,
    more?: { secrets: SecretValues; signal: AbortSignal },
  ): void {
    // The engine is stopping: the record stays as it is, and a restart goes on from it.
    if (more?.signal.reason instanceof EngineStopping) return
    const verb: Verb = record.isNew ? 'CREATE' : 'UPDATE'
    const isCancelled = more?.signal.aborted === true && more.signal.reason === error
    const reason = isCancelled
      ? `Resource ${verb === 'CREATE' ? 'creation' : 'update'} cancelled`
      : resourceFailureReason(error, record.type, () => this.#records.newId())
    const shown = more === undefined ? reason : more.secrets.conceal(reason)
    this.#records.setResource({ ...record, status: `${verb}_FAILED` }, shown)
  }
}

/** Why an operation's work is abandoned without a verdict. */
export class EngineStopping extends Error {
  override readonly name = 'EngineStopping'
}

async function makeOnce(
  handler: ResourceHandler,
  request: Parameters<ResourceHandler['create']>[0],
  isResumed: boolean,
): Promise<Created> {
  if (!isResumed || handler.find === undefined) return handler.create(request)
  const found = await handler.find(request).catch(() => undefined)
  return found ?? handler.create(request)
}

/** The state to go back to: that before the first change of the operation. */
function beforeOf(record: ResourceRecord): ResourceState {
  if (record.before !== undefined) return record.before
  const { type, physicalId, attributes, nameSuffix } = record
  return { type, physicalId, attributes, nameSuffix, ...pickState(record) }
}

/** Whether going back needs no call: only the stack's own memory of the resource was changed. */
function sameState(record: ResourceRecord, before: ResourceState): boolean {
  return (
    record.physicalId === before.physicalId &&
    record.status.endsWith('_COMPLETE') &&
    sameValue(record.properties, before.properties)
  )
}

function pickState(state: Omit<DesiredState, 'type'>): {
  properties: ValueMap
} & Omit<DesiredState, 'type'> {
  const { properties, metadata, deletionPolicy, updateReplacePolicy, dependsOn } = state
  return { properties, metadata, deletionPolicy, updateReplacePolicy, dependsOn }
}
