import type {
  CreateTopicCommandInput,
  CreateTopicCommandOutput,
  DeleteTopicCommandInput,
  GetTopicAttributesCommandInput,
  GetTopicAttributesCommandOutput,
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  ListTopicsCommandInput,
  ListTopicsCommandOutput,
  SetTopicAttributesCommandInput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from '@aws-sdk/client-sns'
import { AwsError } from '../../../aws-error.ts'
import { withState } from './with-state.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import { invalidParameter } from '../errors.ts'
import type { TopicRecord } from '../records.ts'
import type { SnsState } from '../sns-state.ts'
import { pageOf } from './page.ts'

const NAME = /^[A-Za-z0-9_-]{1,256}$/
const SETTABLE = new Set([
  'ArchivePolicy',
  'ContentBasedDeduplication',
  'DeliveryPolicy',
  'DisplayName',
  'FifoThroughputScope',
  'KmsMasterKeyId',
  'Policy',
  'SignatureVersion',
  'TracingConfig',
])

export function topicOperations(state: SnsState): OperationTable {
  return withState(state, {
    CreateTopic: createTopic,
    DeleteTopic: deleteTopic,
    ListTopics: listTopics,
    GetTopicAttributes: getTopicAttributes,
    SetTopicAttributes: setTopicAttributes,
    TagResource: tagResource,
    UntagResource: untagResource,
    ListTagsForResource: listTagsForResource,
  })
}

async function createTopic(
  state: SnsState,
  input: CreateTopicCommandInput,
  call: Call,
): Promise<Output<CreateTopicCommandOutput>> {
  const name = input.Name ?? ''
  const attributes = checkName(name, input.Attributes ?? {})
  const arn = `arn:aws:sns:${call.region}:${state.engine.accountId}:${name}`
  const existing = state.topics.get(`${call.region}/${arn}`)
  if (existing !== undefined) return { TopicArn: checkSame(existing, attributes, input) }
  state.putTopic({
    arn,
    name,
    region: call.region,
    attributes,
    tags: (input.Tags ?? []).map(({ Key = '', Value = '' }) => ({ Key, Value })),
    deletedSubscriptions: 0,
    sequence: 0,
  })
  return { TopicArn: arn }
}

async function deleteTopic(
  state: SnsState,
  input: DeleteTopicCommandInput,
  call: Call,
): Promise<object> {
  const arn = input.TopicArn ?? ''
  for (const { arn: subscription } of state.subscriptionsOf(arn))
    state.subscriptions.delete(`${call.region}/${subscription}`)
  state.topics.delete(`${call.region}/${arn}`)
  return {}
}

async function listTopics(
  state: SnsState,
  input: ListTopicsCommandInput,
  call: Call,
): Promise<Output<ListTopicsCommandOutput>> {
  const own = [...state.topics.values()].filter(({ region }) => region === call.region)
  const { items, ...next } = pageOf(own, input.NextToken)
  return { Topics: items.map(({ arn }) => ({ TopicArn: arn })), ...next }
}

async function getTopicAttributes(
  state: SnsState,
  input: GetTopicAttributesCommandInput,
  call: Call,
): Promise<Output<GetTopicAttributesCommandOutput>> {
  const topic = state.topic(call.region, input.TopicArn)
  const subscriptions = state.subscriptionsOf(topic.arn)
  const confirmed = subscriptions.filter(({ isConfirmed }) => isConfirmed).length
  return {
    Attributes: {
      TopicArn: topic.arn,
      Owner: state.engine.accountId,
      Policy: defaultPolicy(topic.arn, state.engine.accountId),
      DisplayName: '',
      EffectiveDeliveryPolicy: DELIVERY_POLICY,
      SubscriptionsConfirmed: String(confirmed),
      SubscriptionsPending: String(subscriptions.length - confirmed),
      SubscriptionsDeleted: String(topic.deletedSubscriptions),
      ...topic.attributes,
    },
  }
}

async function setTopicAttributes(
  state: SnsState,
  input: SetTopicAttributesCommandInput,
  call: Call,
): Promise<object> {
  const topic = state.topic(call.region, input.TopicArn)
  const name = input.AttributeName ?? ''
  if (!SETTABLE.has(name)) throw invalidParameter('AttributeName')
  const attributes = { ...topic.attributes, [name]: input.AttributeValue ?? '' }
  state.putTopic({ ...topic, attributes })
  return {}
}

async function tagResource(
  state: SnsState,
  input: TagResourceCommandInput,
  call: Call,
): Promise<object> {
  const topic = taggedTopic(state, call.region, input.ResourceArn)
  const added = (input.Tags ?? []).map(({ Key = '', Value = '' }) => ({ Key, Value }))
  const keys = new Set(added.map(({ Key }) => Key))
  const tags = [...topic.tags.filter(({ Key }) => !keys.has(Key)), ...added]
  if (tags.length > 50)
    throw new AwsError('TagLimitExceeded', 'Could not complete request: tag quota of per resource')
  state.putTopic({ ...topic, tags })
  return {}
}

async function untagResource(
  state: SnsState,
  input: UntagResourceCommandInput,
  call: Call,
): Promise<object> {
  const topic = taggedTopic(state, call.region, input.ResourceArn)
  const removed = new Set(input.TagKeys)
  state.putTopic({ ...topic, tags: topic.tags.filter(({ Key }) => !removed.has(Key)) })
  return {}
}

async function listTagsForResource(
  state: SnsState,
  input: ListTagsForResourceCommandInput,
  call: Call,
): Promise<Output<ListTagsForResourceCommandOutput>> {
  return { Tags: [...taggedTopic(state, call.region, input.ResourceArn).tags] }
}

/** AWS: a FIFO topic's name ends in `.fifo`, and no other's does. */
function checkName(
  name: string,
  attributes: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const isFifo = attributes['FifoTopic'] === 'true'
  const stem = isFifo ? name.replace(/\.fifo$/, '') : name
  if (isFifo !== name.endsWith('.fifo'))
    throw invalidParameter(
      isFifo
        ? 'Topic Name (FIFO topic names must end with .fifo)'
        : 'Topic Name (names of standard topics may not end with .fifo)',
    )
  if (!NAME.test(stem)) throw invalidParameter('Topic Name')
  const unknown = Object.keys(attributes).find((key) => !SETTABLE.has(key) && key !== 'FifoTopic')
  if (unknown !== undefined)
    throw invalidParameter(`Attributes Reason: Unknown attribute ${unknown}`)
  if (!isFifo) {
    const { FifoTopic: _, ...rest } = attributes
    return rest
  }
  return { ContentBasedDeduplication: 'false', ...attributes }
}

function checkSame(
  existing: TopicRecord,
  attributes: Readonly<Record<string, string>>,
  input: CreateTopicCommandInput,
): string {
  const differs = Object.entries(attributes).some(
    ([key, value]) => (existing.attributes[key] ?? '') !== value,
  )
  if (differs)
    throw invalidParameter('Attributes Reason: Topic already exists with different attributes')
  const given = input.Tags
  const hasOtherTags = given?.some(
    ({ Key, Value }) => !existing.tags.some((tag) => tag.Key === Key && tag.Value === Value),
  )
  if (hasOtherTags === true)
    throw invalidParameter('Tags Reason: Topic already exists with different tags')
  return existing.arn
}

function taggedTopic(state: SnsState, region: string, arn: string | undefined): TopicRecord {
  const topic = state.topics.get(`${region}/${arn}`)
  if (topic === undefined)
    throw new AwsError('ResourceNotFound', 'Resource does not exist', { status: 404 })
  return topic
}

function defaultPolicy(arn: string, accountId: string): string {
  return JSON.stringify({
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: ['SNS:GetTopicAttributes', 'SNS:Subscribe', 'SNS:Publish'],
        Resource: arn,
        Condition: { StringEquals: { 'AWS:SourceOwner': accountId } },
      },
    ],
  })
}

const DELIVERY_POLICY = JSON.stringify({
  http: {
    defaultHealthyRetryPolicy: {
      minDelayTarget: 20,
      maxDelayTarget: 20,
      numRetries: 3,
      backoffFunction: 'linear',
    },
    disableSubscriptionOverrides: false,
  },
})
