import type { ResourceHandler, Properties, ResourceRequest } from './handler.ts'
import { documentText, list, optionalText, text } from './properties.ts'
import { required } from './required.ts'
import { tagChanges, tagsOf } from './tags.ts'

const TOPIC_ATTRIBUTES = [
  'ArchivePolicy',
  'ContentBasedDeduplication',
  'DisplayName',
  'FifoThroughputScope',
  'FifoTopic',
  'KmsMasterKeyId',
  'SignatureVersion',
  'TracingConfig',
]

function attributes(properties: Properties, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) =>
      properties[name] === undefined ? [] : [[name, documentText(properties[name])]],
    ),
  )
}

const topic: ResourceHandler = {
  type: 'AWS::SNS::Topic',
  async create(request) {
    const { properties } = request
    const isFifo = properties['FifoTopic'] === true
    const generated = (): string =>
      isFifo
        ? `${request.generatedName({ maxLength: 251 })}.fifo`
        : request.generatedName({ maxLength: 256 })
    const Name = optionalText(properties, 'TopicName') ?? generated()
    const { TopicArn } = await request.calls.sns.createTopic({
      Name,
      Attributes: attributes(properties, TOPIC_ATTRIBUTES),
      Tags: tagsOf(properties),
    })
    const arn = required(TopicArn, 'TopicArn')
    await subscribeAll(request, arn, list<Endpoint>(properties, 'Subscription'))
    return { physicalId: arn, attributes: { TopicArn: arn, TopicName: Name } }
  },
  async update(request) {
    const { calls, physicalId: TopicArn, before, properties } = request
    const wanted = attributes(properties, TOPIC_ATTRIBUTES)
    for (const [name, value] of Object.entries({
      ...Object.fromEntries(Object.keys(attributes(before, TOPIC_ATTRIBUTES)).map((n) => [n, ''])),
      ...wanted,
    }))
      if (name !== 'FifoTopic' && value !== attributes(before, TOPIC_ATTRIBUTES)[name])
        await calls.sns.setTopicAttributes({ TopicArn, AttributeName: name, AttributeValue: value })
    const had = new Set(list<Endpoint>(before, 'Subscription').map((item) => JSON.stringify(item)))
    const added = list<Endpoint>(properties, 'Subscription').filter(
      (item) => !had.has(JSON.stringify(item)),
    )
    await subscribeAll(request, TopicArn, added)
    const { set, removed } = tagChanges(tagsOf(before), tagsOf(properties))
    if (removed.length > 0)
      await calls.sns.untagResource({ ResourceArn: TopicArn, TagKeys: removed })
    if (set.length > 0) await calls.sns.tagResource({ ResourceArn: TopicArn, Tags: set })
  },
  async delete({ calls, physicalId }) {
    await calls.sns.deleteTopic({ TopicArn: physicalId })
  },
}

interface Endpoint {
  Endpoint: string
  Protocol: string
}

async function subscribeAll(
  { calls }: ResourceRequest,
  TopicArn: string,
  endpoints: readonly Endpoint[],
): Promise<void> {
  for (const { Endpoint, Protocol } of endpoints)
    await calls.sns.subscribe({ TopicArn, Endpoint, Protocol })
}

const SUBSCRIPTION_ATTRIBUTES = [
  'DeliveryPolicy',
  'FilterPolicy',
  'FilterPolicyScope',
  'RawMessageDelivery',
  'RedrivePolicy',
  'ReplayPolicy',
  'SubscriptionRoleArn',
]

const subscription: ResourceHandler = {
  type: 'AWS::SNS::Subscription',
  async create({ calls, properties }) {
    const endpoint = optionalText(properties, 'Endpoint')
    const { SubscriptionArn } = await calls.sns.subscribe({
      TopicArn: text(properties, 'TopicArn'),
      Protocol: text(properties, 'Protocol'),
      ...(endpoint === undefined ? {} : { Endpoint: endpoint }),
      Attributes: attributes(properties, SUBSCRIPTION_ATTRIBUTES),
      ReturnSubscriptionArn: true,
    })
    const arn = required(SubscriptionArn, 'SubscriptionArn')
    return { physicalId: arn, attributes: { Arn: arn } }
  },
  async update({ calls, physicalId, properties }) {
    const wanted = attributes(properties, SUBSCRIPTION_ATTRIBUTES)
    for (const [AttributeName, AttributeValue] of Object.entries(wanted))
      await calls.sns.setSubscriptionAttributes({
        SubscriptionArn: physicalId,
        AttributeName,
        AttributeValue,
      })
  },
  async delete({ calls, physicalId }) {
    await calls.sns.unsubscribe({ SubscriptionArn: physicalId })
  },
}

const topicPolicy: ResourceHandler = {
  type: 'AWS::SNS::TopicPolicy',
  async create(request) {
    await putTopicPolicy(request)
    const id = request.generatedName({ maxLength: 255 })
    return { physicalId: id, attributes: { Id: id } }
  },
  update: putTopicPolicy,
  async delete() {
    // AWS: deleting the resource leaves the topic's policy as it is, and the topic goes with it.
  },
}

async function putTopicPolicy({ calls, properties }: ResourceRequest): Promise<void> {
  for (const TopicArn of list<string>(properties, 'Topics'))
    await calls.sns.setTopicAttributes({
      TopicArn,
      AttributeName: 'Policy',
      AttributeValue: documentText(properties['PolicyDocument']),
    })
}

export const snsHandlers = [topic, subscription, topicPolicy]
