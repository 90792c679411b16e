import { EngineStopping, ResourceApplier } from './apply-resource.ts'
import type { Failures } from './phases.ts'
import { hasFailed, nextStep, NO_FAILURES, stackFailureReason } from './phases.ts'
import { removeResource } from './remove-resource.ts'
import { runGraph } from './run-graph.ts'
import type { StackContext } from './stack-context.ts'
import { checkExports, stackOutputs } from './stack-outputs.ts'
import type { StackRecords } from './stack-records.ts'
import { prepareInstance } from './surroundings.ts'
import { messageOf } from '../../../../base/errors.ts'
import type { EngineContext } from '../../service.ts'
import type { DiscardRecord, OperationRecord, ResourceRecord, StackRecord } from '../records.ts'
import type { ResourceHandlers } from '../resources/registry.ts'
import type { Graph } from '../template/graph.ts'
import { reversed } from '../template/graph.ts'

const CLEANUP_ATTEMPTS = 3

interface Run {
  readonly abort: AbortController
  readonly done: Promise<void>
}

/** The reason why the work of an operation is cut short. */
class OperationCancelled extends Error {
  override readonly name = 'OperationCancelled'
}

/**
 * Carries stack operations through their phases. All that it knows stands in the records: a driver
 * that finds an operation under way, after a restart, runs its phase again, and every step of a
 * phase that is done already does nothing.
 */
export class OperationDriver {
  readonly #engine: EngineContext
  readonly #records: StackRecords
  readonly #handlers: ResourceHandlers
  readonly #applier: ResourceApplier
  readonly #runs = new Map<string, Run>()

  constructor(engine: EngineContext, records: StackRecords, handlers: ResourceHandlers) {
    this.#engine = engine
    this.#records = records
    this.#handlers = handlers
    this.#applier = new ResourceApplier(records, handlers)
  }

  /** Takes up every operation that is under way. */
  resumeAll(): void {
    for (const { stackId, operation } of this.#records.stacks.values())
      if (operation !== undefined) this.begin(stackId)
  }

  /** Begins (or goes on with) the operation that the stack's record names. */
  begin(stackId: string): void {
    if (this.#runs.has(stackId)) return
    const abort = new AbortController()
    const done = this.#drive(stackId, abort)
      .catch((error: unknown) => {
        if (abort.signal.reason instanceof EngineStopping) return
        this.#engine.log.error('A stack operation failed unexpectedly', {
          stackId,
          reason: messageOf(error),
        })
      })
      .finally(() => {
        this.#runs.delete(stackId)
      })
    this.#runs.set(stackId, { abort, done })
  }

  /** Gives the operation up; what was done is undone by its next phase. */
  cancel(stackId: string): void {
    this.#runs.get(stackId)?.abort.abort(new OperationCancelled('The operation was cancelled'))
  }

  /** Resolves when the stack's operation, if any, is over. */
  async settled(stackId: string): Promise<void> {
    await this.#runs.get(stackId)?.done
  }

  /** Leaves every operation as it is, to be taken up by the next start. */
  async stop(): Promise<void> {
    const runs = [...this.#runs.values()]
    for (const { abort } of runs) abort.abort(new EngineStopping('The engine is stopping'))
    await Promise.all(runs.map(({ done }) => done))
  }

  async #drive(stackId: string, abort: AbortController): Promise<void> {
    let phaseAbort = abort
    for (;;) {
      const stack = this.#records.stack(stackId)
      if (stack.operation === undefined) return
      const failures = await this.#runPhase(stack, stack.operation, phaseAbort)
      if (phaseAbort.signal.reason instanceof EngineStopping) return
      // A deletion may have taken the place of the creation that it cut short.
      const current = this.#records.stack(stackId).operation
      if (current?.kind === stack.operation.kind) this.#advance(stackId, failures)
      // A cancelled phase must not cancel the one that undoes it.
      if (!phaseAbort.signal.aborted) continue
      phaseAbort = new AbortController()
      const run = this.#runs.get(stackId)
      if (run !== undefined) this.#runs.set(stackId, { ...run, abort: phaseAbort })
    }
  }

  async #runPhase(
    stack: StackRecord,
    operation: OperationRecord,
    abort: AbortController,
  ): Promise<Failures> {
    try {
      switch (operation.phase) {
        case 'apply':
          return await this.#apply(stack, operation, abort)
        case 'restore':
          return await this.#restore(stack, operation, abort)
        case 'cleanup':
        case 'cleanup-after-restore':
          await this.#cleanUp(stack, abort)
          return NO_FAILURES
        case 'undo':
        case 'delete':
          return await this.#deleteAll(stack, operation, abort)
      }
    } catch (error) {
      if (abort.signal.reason instanceof EngineStopping) return NO_FAILURES
      return { ...NO_FAILURES, reason: messageOf(error) }
    }
  }

  #advance(stackId: string, failures: Failures): void {
    const stack = this.#records.stack(stackId)
    const { operation } = stack
    if (operation === undefined) return
    const failed = hasFailed(failures)
    const next = nextStep(operation, !failed)
    const reason = failed ? stackFailureReason(operation, failures) : undefined
    const now = this.#engine.clock.now()
    const isRestored = operation.phase === 'restore' && !failed
    const isOver = next.phase === undefined
    const isSettled = isOver && next.status.endsWith('COMPLETE')
    this.#records.patchStack(stackId, {
      operation: isOver ? undefined : { ...operation, phase: next.phase ?? operation.phase },
      ...(isRestored && stack.previous !== undefined ? stack.previous : {}),
      ...(isSettled ? { previous: undefined } : {}),
      ...(next.status === 'DELETE_COMPLETE' ? { deletionTime: now, outputs: [], imports: [] } : {}),
    })
    this.#records.setStackStatus(stackId, next.status, reason)
  }

  async #apply(
    stack: StackRecord,
    operation: OperationRecord,
    abort: AbortController,
  ): Promise<Failures> {
    if (operation.cancelled) return { ...NO_FAILURES, reason: 'User Initiated' }
    const prepared = await prepareInstance(this.#engine, this.#records, stack, stack.definition)
    const context = {
      ...(await this.#context(stack, abort.signal)),
      instance: prepared,
    }
    let timedOut = false
    const timer = this.#onDeadline(operation, () => {
      timedOut = true
      abort.abort(new OperationCancelled('The stack took too long'))
    })
    const { failed } = await runGraph(
      prepared.active.graph,
      async (id) => {
        const isDone = await this.#applier.apply(context, id)
        if (!isDone) abort.abort(new OperationCancelled('Another resource failed'))
        return isDone
      },
      { stopOnFailure: true, signal: abort.signal },
    )
    timer?.cancel()
    if (abort.signal.reason instanceof EngineStopping) return NO_FAILURES
    if (abort.signal.aborted) {
      const isCancelled = this.#records.stack(stack.stackId).operation?.cancelled === true
      const timeout = timedOut ? 'Stack creation time exceeded the specified timeout.' : undefined
      return this.#split(stack.stackId, failed, isCancelled ? 'User Initiated' : timeout)
    }
    this.#commit(stack.stackId, prepared)
    return NO_FAILURES
  }

  #onDeadline({ deadline }: OperationRecord, action: () => void) {
    const { clock } = this.#engine
    return deadline === undefined ? undefined : clock.after(deadline - clock.now(), action)
  }

  #split(stackId: string, failed: readonly string[], reason: string | undefined): Failures {
    const isNew = (id: string): boolean => this.#records.resources.get(stackId, id)?.isNew === true
    return {
      ...NO_FAILURES,
      created: failed.filter(isNew),
      updated: failed.filter((id) => !isNew(id)),
      reason,
    }
  }

  /** Everything is as the template says: what it no longer says is to be deleted. */
  #commit(stackId: string, prepared: Awaited<ReturnType<typeof prepareInstance>>): void {
    const stack = this.#records.stack(stackId)
    const outputs = stackOutputs(prepared)
    checkExports(stack, outputs, this.#others(stack))
    for (const record of this.#records.resources.of(stackId)) {
      const { before, logicalId } = record
      if (before?.physicalId !== undefined && before.physicalId !== record.physicalId)
        this.#records.discards.put({ ...before, stackId, logicalId, isReplaced: true })
      if (prepared.active.resources.has(logicalId)) {
        this.#records.resources.put({ ...record, isNew: false, before: undefined })
        continue
      }
      if (record.physicalId !== undefined)
        this.#records.discards.put({ ...record, isReplaced: false })
      this.#records.resources.delete(stackId, logicalId)
    }
    this.#records.patchStack(stackId, {
      outputs,
      imports: [...prepared.imports],
      description: prepared.template.description,
    })
  }

  async #restore(
    stack: StackRecord,
    operation: OperationRecord,
    abort: AbortController,
  ): Promise<Failures> {
    const { stackId } = stack
    for (const record of this.#records.resources.of(stackId))
      if (record.isNew) {
        if (record.physicalId !== undefined || record.status.endsWith('IN_PROGRESS'))
          this.#records.discards.put({ ...record, isReplaced: false })
        this.#records.resources.delete(stackId, record.logicalId)
      } else if (operation.spared.includes(record.logicalId)) this.#skip(record)
    const changed = this.#records.resources
      .of(stackId)
      .filter(({ before, status }) => before !== undefined || status.endsWith('FAILED'))
    const graph = graphOf(changed.map((record) => [record.logicalId, record.before ?? record]))
    const context = await this.#context(stack, abort.signal)
    const { failed } = await runGraph(
      graph,
      async (id) => {
        const record = this.#records.resources.get(stackId, id)
        return record === undefined || this.#applier.restore(context, record)
      },
      { stopOnFailure: false, signal: abort.signal },
    )
    return { ...NO_FAILURES, updated: failed }
  }

  #skip(record: ResourceRecord): void {
    const { before, ...current } = record
    this.#records.setResource({
      ...current,
      ...before,
      before: undefined,
      status: 'UPDATE_COMPLETE',
    })
  }

  /** Deletes what is no longer needed. AWS tries three times and leaves what it cannot delete. */
  async #cleanUp(stack: StackRecord, abort: AbortController): Promise<void> {
    const { stackId } = stack
    const context = await this.#context(stack, abort.signal)
    for (let attempt = 1; attempt <= CLEANUP_ATTEMPTS; attempt++) {
      const discards = this.#records.discards.of(stackId)
      if (discards.length === 0 || abort.signal.aborted) return
      await runGraph(
        reversed(discardGraph(discards)),
        (id) => this.#removeDiscard(context, discards, id),
        { stopOnFailure: false, signal: abort.signal },
      )
    }
    if (abort.signal.aborted) return
    for (const { logicalId, physicalId } of this.#records.discards.of(stackId))
      this.#records.discards.delete(stackId, `${logicalId}/${physicalId}`)
  }

  async #removeDiscard(
    context: StackContext,
    discards: readonly DiscardRecord[],
    id: string,
  ): Promise<boolean> {
    const discard = discards.find((item) => discardId(item) === id)
    if (discard === undefined) return true
    const { stackId, logicalId, type, physicalId } = discard
    const isDone = await removeResource(this.#records, this.#handlers, context, {
      logicalId,
      state: discard,
      policy: discard.isReplaced ? discard.updateReplacePolicy : discard.deletionPolicy,
      mayExist: true,
      report: (status, reason) =>
        this.#records.resourceEvent(stackId, { logicalId, type, physicalId, status, reason }),
    })
    if (isDone) this.#records.discards.delete(stackId, id)
    return isDone
  }

  async #deleteAll(
    stack: StackRecord,
    operation: OperationRecord,
    abort: AbortController,
  ): Promise<Failures> {
    const { stackId } = stack
    const live = this.#records.resources
      .of(stackId)
      .filter(({ status }) => status !== 'DELETE_COMPLETE' && status !== 'DELETE_SKIPPED')
    const context = await this.#context(stack, abort.signal)
    await this.#cleanUp(stack, abort)
    const graph = reversed(graphOf(live.map((record) => [record.logicalId, record])))
    const { failed } = await runGraph(
      graph,
      async (id) => {
        const record = this.#records.resources.get(stackId, id)
        return record === undefined || this.#remove(context, operation, record)
      },
      { stopOnFailure: false, signal: abort.signal },
    )
    return { ...NO_FAILURES, deleted: failed }
  }

  #remove(context: StackContext, operation: OperationRecord, record: ResourceRecord) {
    const isUndone = operation.phase === 'undo' || operation.onFailure === 'DELETE'
    const isHalfMade = isUndone && !record.status.endsWith('COMPLETE')
    const { logicalId, deletionPolicy } = record
    const isSpared = operation.spared.includes(logicalId)
    return removeResource(this.#records, this.#handlers, context, {
      logicalId,
      state: record,
      mayExist: record.status.endsWith('IN_PROGRESS'),
      policy: isSpared
        ? 'Retain'
        : isHalfMade || (isUndone && deletionPolicy === 'RetainExceptOnCreate')
          ? 'Delete'
          : deletionPolicy,
      report: (status, reason) => this.#records.setResource({ ...record, status }, reason),
    })
  }

  #others(stack: StackRecord): StackRecord[] {
    return [...this.#records.stacks.values()].filter(
      (other) => other.region === stack.region && other.stackId !== stack.stackId,
    )
  }

  async #context(stack: StackRecord, signal: AbortSignal): Promise<StackContext> {
    const secrets = new Map<string, string>()
    for (const definition of [stack.definition, stack.previous?.definition]) {
      if (definition === undefined) continue
      const prepared = await prepareInstance(this.#engine, this.#records, stack, definition).catch(
        () => undefined,
      )
      for (const [placeholder, value] of prepared?.secrets ?? []) secrets.set(placeholder, value)
    }
    return { engine: this.#engine, stack, calls: this.#engine.calls(stack.region), secrets, signal }
  }
}

function graphOf(nodes: readonly (readonly [string, { dependsOn: readonly string[] }])[]): Graph {
  return new Map(nodes.map(([id, { dependsOn }]) => [id, new Set(dependsOn)]))
}

function discardId({ logicalId, physicalId }: DiscardRecord): string {
  return `${logicalId}/${physicalId}`
}

/** Discards depend on one another as their resources do. */
function discardGraph(discards: readonly DiscardRecord[]): Graph {
  const idsOf = (logicalId: string): string[] =>
    discards.filter((other) => other.logicalId === logicalId).map(discardId)
  return new Map(
    discards.map((discard) => [discardId(discard), new Set(discard.dependsOn.flatMap(idsOf))]),
  )
}
