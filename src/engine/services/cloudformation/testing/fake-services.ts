import { AwsError } from '../../../aws-error.ts'
import type { OperationTable } from '../../service.ts'

/** Topics, parameters and an ECS service as far as the tests of stacks need them. */
export class FakeServices {
  /** Every call that changed something: `CreateTopic name`. */
  readonly log: string[] = []
  readonly topics = new Map<string, Record<string, string>>()
  readonly parameters = new Map<string, string>()
  /** Names of operations' targets that fail, each with its message. */
  readonly failing = new Map<string, string>()
  readonly gates = new Map<string, Promise<void>>()
  readonly tags = new Map<string, unknown[]>()
  /** Counts the engines that used these services. */
  generation = 0
  /** What each call waits for before and after its work, if anything. */
  pause: () => Promise<void> = async () => {}

  readonly sns: OperationTable = {
    CreateTopic: async (input: { Name: string; Attributes?: Record<string, string> }) => {
      await this.#pass(`CreateTopic ${input.Name}`)
      const TopicArn = `arn:aws:sns:us-east-1:000000000000:${input.Name}`
      this.topics.set(TopicArn, { ...this.topics.get(TopicArn), ...input.Attributes })
      await this.pause()
      return { TopicArn }
    },
    SetTopicAttributes: async (input: {
      TopicArn: string
      AttributeName: string
      AttributeValue: string
    }) => {
      await this.#pass(`SetTopicAttributes ${input.TopicArn} ${input.AttributeValue}`)
      const topic = this.topics.get(input.TopicArn) ?? {}
      this.topics.set(input.TopicArn, { ...topic, [input.AttributeName]: input.AttributeValue })
      return {}
    },
    DeleteTopic: async (input: { TopicArn: string }) => {
      await this.#pass(`DeleteTopic ${input.TopicArn}`)
      this.topics.delete(input.TopicArn)
      return {}
    },
    TagResource: async () => ({}),
    UntagResource: async () => ({}),
  }

  readonly ssm: OperationTable = {
    PutParameter: async (input: {
      Name: string
      Value: string
      Overwrite?: boolean
      Tags?: unknown[]
    }) => {
      await this.#pass(`PutParameter ${input.Name}`)
      if (this.parameters.has(input.Name) && input.Overwrite !== true)
        throw new AwsError('ParameterAlreadyExists', 'The parameter already exists.')
      this.parameters.set(input.Name, input.Value)
      if (input.Tags !== undefined) this.tags.set(input.Name, input.Tags)
      await this.pause()
      return { Version: 1 }
    },
    ListTagsForResource: async (input: { ResourceId: string }) => ({
      TagList: this.parameters.has(input.ResourceId) ? this.tags.get(input.ResourceId) : [],
    }),
    GetParameter: async (input: { Name: string }) => {
      const Value = this.parameters.get(input.Name)
      if (Value === undefined) throw new AwsError('ParameterNotFound', 'no parameter')
      return { Parameter: { Name: input.Name, Value } }
    },
    DeleteParameter: async (input: { Name: string }) => {
      await this.#pass(`DeleteParameter ${input.Name}`)
      if (!this.parameters.delete(input.Name)) throw new AwsError('ParameterNotFound', 'gone')
      return {}
    },
    AddTagsToResource: async () => ({}),
  }

  /** Holds calls whose log line begins with `prefix` until the answer is called. */
  hold(prefix: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.gates.set(prefix, promise)
    return resolve
  }

  async #pass(line: string): Promise<void> {
    await this.pause()
    for (const [prefix, gate] of this.gates) if (line.startsWith(prefix)) await gate
    for (const [prefix, message] of this.failing)
      if (line.startsWith(prefix)) throw new AwsError('InvalidParameterException', message)
    this.log.push(line)
  }
}
