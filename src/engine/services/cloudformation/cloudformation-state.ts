import { OperationDriver } from './execute/operation-driver.ts'
import { StackRecords } from './execute/stack-records.ts'
import type { OperationRecord, StackDefinition, StackRecord } from './records.ts'
import { resourceHandlers } from './resources/registry.ts'
import type { EngineContext } from '../service.ts'
import { parseTemplate } from './template/parse-template.ts'

const KEPT_MS = 90 * 24 * 3600_000

/** What the operations share. */
export class CloudformationState {
  readonly engine: EngineContext
  readonly records: StackRecords
  readonly driver: OperationDriver

  constructor(engine: EngineContext) {
    this.engine = engine
    this.records = new StackRecords(engine.store, engine.clock, engine.random)
    this.driver = new OperationDriver(engine, this.records, resourceHandlers)
    this.records.onEvent = (stack, event) => {
      for (const TopicArn of stack.definition.notificationArns)
        this.#publish(stack, TopicArn, {
          StackId: stack.stackId,
          Timestamp: engine.clock.toWall(event.at).toISOString(),
          EventId: event.eventId,
          LogicalResourceId: event.logicalId,
          PhysicalResourceId: event.physicalId,
          ResourceType: event.type,
          ResourceStatus: event.status,
          ResourceStatusReason: event.reason ?? '',
          StackName: event.stackName,
        })
    }
  }

  /** Starts an operation on a stack and says so. */
  begin(stackId: string, status: string, operation: OperationRecord): void {
    this.#forgetOldStacks()
    this.records.patchStack(stackId, { operation })
    this.records.setStackStatus(stackId, status, 'User Initiated')
    this.driver.begin(stackId)
  }

  /** Starts to bring a stack to another definition. */
  beginUpdate(stack: StackRecord, definition: StackDefinition, operation: OperationRecord): void {
    const { outputs } = stack
    this.records.patchStack(stack.stackId, {
      definition,
      description: parseTemplate(definition.templateBody).description,
      // After a failed update the last good definition is still the one to go back to.
      previous: stack.previous ?? { definition: stack.definition, outputs },
      lastUpdatedTime: this.engine.clock.now(),
    })
    this.begin(stack.stackId, 'UPDATE_IN_PROGRESS', operation)
  }

  /** AWS: a deleted stack can be described for ninety days. */
  #forgetOldStacks(): void {
    const before = this.engine.clock.now() - KEPT_MS
    const old = [...this.records.stacks.values()].filter(
      ({ status, deletionTime }) => status === 'DELETE_COMPLETE' && (deletionTime ?? 0) < before,
    )
    for (const { stackId } of old) this.records.forget(stackId)
  }

  #publish(stack: StackRecord, TopicArn: string, event: Record<string, string>): void {
    const lines = Object.entries(event).map(([name, value]) => `${name}='${value}'`)
    this.engine
      .calls(stack.region)
      .sns.publish({
        TopicArn,
        Subject: 'AWS CloudFormation Notification',
        Message: `${lines.join('\n')}\n`,
      })
      .catch(() => {
        // A topic that is gone must not hold up the stack.
      })
  }
}
