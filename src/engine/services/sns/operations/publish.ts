import type {
  MessageAttributeValue,
  PublishBatchCommandInput,
  PublishBatchCommandOutput,
  PublishBatchRequestEntry,
  PublishCommandInput,
  PublishCommandOutput,
} from '@aws-sdk/client-sns'
import { createHash } from 'node:crypto'
import { AwsError } from '../../../aws-error.ts'
import { withState } from './with-state.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import { invalidParameter } from '../errors.ts'
import type { MessageAttribute, Published, TopicRecord } from '../records.ts'
import type { SnsState } from '../sns-state.ts'

const MAX_BYTES = 256 * 1024
/** AWS: "Message deduplication for FIFO topics". */
const DEDUPLICATION_MS = 5 * 60_000
const MAX_ENTRIES = 10

type Entry = Omit<PublishBatchRequestEntry, 'Id'>

export function publishOperations(state: SnsState): OperationTable {
  return withState(state, { Publish: publish, PublishBatch: publishBatch })
}

async function publish(
  state: SnsState,
  input: PublishCommandInput,
  call: Call,
): Promise<Output<PublishCommandOutput>> {
  if (input.PhoneNumber !== undefined)
    throw invalidParameter('PhoneNumber Reason: this engine sends no text messages')
  const topic = state.topic(call.region, input.TopicArn ?? input.TargetArn)
  return publishOne(state, topic, input)
}

async function publishBatch(
  state: SnsState,
  input: PublishBatchCommandInput,
  call: Call,
): Promise<Output<PublishBatchCommandOutput>> {
  const topic = state.topic(call.region, input.TopicArn)
  const entries = input.PublishBatchRequestEntries ?? []
  checkBatch(entries)
  const answer: Required<Output<PublishBatchCommandOutput>> = { Successful: [], Failed: [] }
  for (const entry of entries) {
    try {
      // Read again: the entry before may have moved the sequence number.
      const current = state.topic(call.region, topic.arn)
      answer.Successful?.push({ Id: entry.Id, ...publishOne(state, current, entry) })
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      const { code: Code, message: Message } = error
      answer.Failed?.push({ Id: entry.Id, Code, Message, SenderFault: true })
    }
  }
  return answer
}

function publishOne(state: SnsState, topic: TopicRecord, entry: Entry): Published {
  const body = entry.Message ?? ''
  checkMessage(body, entry.Subject)
  const bodyFor = bodies(body, entry.MessageStructure)
  const key = deduplicationKey(topic, entry)
  const known = key === undefined ? undefined : state.recent.get(key)
  if (known !== undefined && state.engine.clock.now() - known.at < DEDUPLICATION_MS)
    return known.answer
  const answer = { MessageId: state.newId(), ...nextSequence(state, topic) }
  if (key !== undefined) remember(state, key, answer)
  state.deliver(
    {
      messageId: answer.MessageId,
      topicArn: topic.arn,
      subject: entry.Subject,
      body,
      attributes: attributesOf(entry.MessageAttributes ?? {}),
      publishedAt: state.engine.clock.toWall(state.engine.clock.now()),
    },
    bodyFor,
  )
  return answer
}

function remember(state: SnsState, key: string, answer: Published): void {
  const at = state.engine.clock.now()
  for (const [old, known] of state.recent)
    if (at - known.at >= DEDUPLICATION_MS) state.recent.delete(old)
    else break
  state.recent.delete(key)
  state.recent.set(key, { at, answer })
}

function nextSequence(state: SnsState, topic: TopicRecord): { SequenceNumber?: string } {
  if (!isFifo(topic)) return {}
  const sequence = topic.sequence + 1
  state.putTopic({ ...topic, sequence })
  return { SequenceNumber: `1${String(sequence).padStart(19, '0')}` }
}

function isFifo(topic: TopicRecord): boolean {
  return topic.attributes['FifoTopic'] === 'true'
}

function deduplicationKey(topic: TopicRecord, entry: Entry): string | undefined {
  if (!isFifo(topic)) return undefined
  if (entry.MessageGroupId === undefined || entry.MessageGroupId === '')
    throw invalidParameter('The MessageGroupId parameter is required for FIFO topics')
  const isByContent = topic.attributes['ContentBasedDeduplication'] === 'true'
  const own = entry.MessageDeduplicationId
  if (own === undefined && !isByContent)
    throw invalidParameter(
      'The topic should either have ContentBasedDeduplication enabled or ' +
        'MessageDeduplicationId provided explicitly',
    )
  const hash = createHash('sha256').update(entry.Message ?? '')
  return `${topic.arn} ${own ?? hash.digest('hex')}`
}

function checkMessage(body: string, subject: string | undefined): void {
  if (body === '') throw invalidParameter('Empty message')
  if (Buffer.byteLength(body) > MAX_BYTES) throw invalidParameter('Message too long')
  if (subject === undefined) return
  const isControl = /\p{Cc}/u.test(subject)
  if (subject === '' || subject.length > 100 || isControl) throw invalidParameter('Subject')
}

/** With `MessageStructure: json` each protocol may have its own text. */
function bodies(body: string, structure: string | undefined): (protocol: string) => string {
  if (structure !== 'json') return () => body
  const texts = parseObject(body)
  const fallback = texts?.['default']
  if (texts === undefined)
    throw invalidParameter('Message Structure - JSON message body failed to parse')
  if (typeof fallback !== 'string')
    throw invalidParameter('Message Structure - No default entry in JSON message body')
  return (protocol) => {
    const text = texts[protocol]
    return typeof text === 'string' ? text : fallback
  }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

function attributesOf(
  given: Readonly<Record<string, MessageAttributeValue>>,
): Readonly<Record<string, MessageAttribute>> {
  return Object.fromEntries(
    Object.entries(given).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        type: DataType ?? 'String',
        value: StringValue ?? Buffer.from(BinaryValue ?? []).toString('base64'),
      },
    ]),
  )
}

function checkBatch(entries: readonly PublishBatchRequestEntry[]): void {
  if (entries.length === 0)
    throw new AwsError('EmptyBatchRequest', 'The batch request does not contain any entries.')
  if (entries.length > MAX_ENTRIES)
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      'The batch request contains more entries than permissible.',
    )
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length)
    throw new AwsError(
      'BatchEntryIdsNotDistinct',
      'Two or more batch entries in the request have the same Id.',
    )
}
