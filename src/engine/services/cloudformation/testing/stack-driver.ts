import { FakeServices } from './fake-services.ts'
import { testEngine } from '../../../testing/test-engine.ts'
import type { TestEngine } from '../../../testing/test-engine.ts'
import type { AwsCalls } from '../../calls.ts'
import { createCloudformation } from '../service.ts'

/** CloudFormation over faked services, with the waiting that tests need. */
export class StackDriver {
  readonly fakes: FakeServices
  readonly engine: TestEngine

  constructor(options: { fakes?: FakeServices; previous?: TestEngine } = {}) {
    this.fakes = options.fakes ?? new FakeServices()
    this.engine = testEngine({
      services: [createCloudformation],
      fakes: { sns: this.fakes.sns, ssm: this.fakes.ssm },
      ...(options.previous === undefined
        ? {}
        : { store: options.previous.store, clock: options.previous.clock }),
    })
  }

  get cloudformation(): AwsCalls['cloudformation'] {
    return this.engine.calls().cloudformation
  }

  /** Passes virtual time until the stack is idle; answers its status. */
  async settle(stackName: string): Promise<string> {
    for (let i = 0; i < 200; i++) {
      const status = await this.status(stackName)
      if (!status.endsWith('_IN_PROGRESS')) return status
      await this.engine.clock.advance(100)
    }
    throw new Error(`${stackName} does not settle: ${await this.status(stackName)}`)
  }

  /** The status of the newest stack of that name, deleted ones included. */
  async status(stackName: string): Promise<string> {
    const { StackSummaries = [] } = await this.cloudformation.listStacks({})
    return StackSummaries.find((stack) => stack.StackName === stackName)?.StackStatus ?? 'NONE'
  }

  async create(stackName: string, resources: object, more: object = {}): Promise<string> {
    const template = { Resources: resources, ...more }
    await this.cloudformation.createStack({
      StackName: stackName,
      TemplateBody: JSON.stringify(template),
    })
    return this.settle(stackName)
  }

  async update(stackName: string, resources: object, more: object = {}): Promise<string> {
    const template = { Resources: resources, ...more }
    await this.cloudformation.updateStack({
      StackName: stackName,
      TemplateBody: JSON.stringify(template),
    })
    return this.settle(stackName)
  }

  /** `LogicalId STATUS reason`, oldest first. */
  async events(stackName: string): Promise<string[]> {
    const { StackEvents = [] } = await this.cloudformation.describeStackEvents({
      StackName: stackName,
    })
    return StackEvents.toReversed().map(
      ({ LogicalResourceId, ResourceStatus, ResourceStatusReason = '' }) =>
        `${LogicalResourceId} ${ResourceStatus} ${ResourceStatusReason}`.trimEnd(),
    )
  }
}

export function topic(name: string, displayName = 'x', more: object = {}): object {
  return {
    Type: 'AWS::SNS::Topic',
    Properties: { TopicName: name, DisplayName: displayName },
    ...more,
  }
}

export function parameter(value: unknown, more: object = {}): object {
  return { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Value: value }, ...more }
}
