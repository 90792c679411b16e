import type {
  ConfirmSubscriptionCommandInput,
  ConfirmSubscriptionCommandOutput,
  GetSubscriptionAttributesCommandInput,
  GetSubscriptionAttributesCommandOutput,
  ListSubscriptionsByTopicCommandInput,
  ListSubscriptionsCommandInput,
  ListSubscriptionsCommandOutput,
  SetSubscriptionAttributesCommandInput,
  SubscribeCommandInput,
  SubscribeCommandOutput,
  Subscription,
  UnsubscribeCommandInput,
} from '@aws-sdk/client-sns'
import { AwsError } from '../../../aws-error.ts'
import { withState } from './with-state.ts'
import type { Call, OperationTable, Output } from '../../service.ts'
import { invalidParameter, noSuchSubscription } from '../errors.ts'
import { isLoopback } from '../post.ts'
import type { Protocol, SubscriptionRecord } from '../records.ts'
import type { SnsState } from '../sns-state.ts'
import { pageOf } from './page.ts'

const PENDING = 'pending confirmation'
const PROTOCOLS: readonly string[] = ['email', 'email-json', 'http', 'https'] satisfies Protocol[]
const SETTABLE = new Set([
  'DeliveryPolicy',
  'FilterPolicy',
  'FilterPolicyScope',
  'RawMessageDelivery',
  'RedrivePolicy',
])

export function subscriptionOperations(state: SnsState): OperationTable {
  return withState(state, {
    Subscribe: subscribe,
    ConfirmSubscription: confirmSubscription,
    Unsubscribe: unsubscribe,
    ListSubscriptions: listSubscriptions,
    ListSubscriptionsByTopic: listSubscriptionsByTopic,
    GetSubscriptionAttributes: getSubscriptionAttributes,
    SetSubscriptionAttributes: setSubscriptionAttributes,
  })
}

async function subscribe(
  state: SnsState,
  input: SubscribeCommandInput,
  call: Call,
): Promise<Output<SubscribeCommandOutput>> {
  const topic = state.topic(call.region, input.TopicArn)
  const endpoint = input.Endpoint ?? ''
  const protocol = checkEndpoint(input.Protocol ?? '', endpoint)
  const attributes = checkAttributes(input.Attributes ?? {})
  const same = state
    .subscriptionsOf(topic.arn)
    .find((other) => other.protocol === protocol && other.endpoint === endpoint)
  const subscription = same ?? {
    arn: `${topic.arn}:${state.newId()}`,
    topicArn: topic.arn,
    region: call.region,
    protocol,
    endpoint,
    attributes,
    isConfirmed: false,
    token: state.engine.random.hex(64),
  }
  if (same === undefined) state.putSubscription(subscription)
  if (!subscription.isConfirmed) state.askForConfirmation(subscription)
  const isShown = subscription.isConfirmed || input.ReturnSubscriptionArn === true
  return { SubscriptionArn: isShown ? subscription.arn : PENDING }
}

async function confirmSubscription(
  state: SnsState,
  input: ConfirmSubscriptionCommandInput,
  call: Call,
): Promise<Output<ConfirmSubscriptionCommandOutput>> {
  const topic = state.topic(call.region, input.TopicArn)
  const found = state.subscriptionsOf(topic.arn).find(({ token }) => token === input.Token)
  if (found === undefined) throw invalidParameter('Token')
  state.putSubscription({ ...found, isConfirmed: true })
  return { SubscriptionArn: found.arn }
}

async function unsubscribe(
  state: SnsState,
  input: UnsubscribeCommandInput,
  call: Call,
): Promise<object> {
  const found = state.subscriptions.get(`${call.region}/${input.SubscriptionArn}`)
  if (found === undefined) return {}
  state.subscriptions.delete(`${call.region}/${found.arn}`)
  const topic = state.topics.get(`${call.region}/${found.topicArn}`)
  if (topic !== undefined)
    state.putTopic({ ...topic, deletedSubscriptions: topic.deletedSubscriptions + 1 })
  return {}
}

function view(
  state: SnsState,
  { arn, protocol, endpoint, topicArn, isConfirmed }: SubscriptionRecord,
) {
  return {
    SubscriptionArn: isConfirmed ? arn : 'PendingConfirmation',
    Owner: state.engine.accountId,
    Protocol: protocol,
    Endpoint: endpoint,
    TopicArn: topicArn,
  } satisfies Subscription
}

async function listSubscriptions(
  state: SnsState,
  input: ListSubscriptionsCommandInput,
  call: Call,
): Promise<Output<ListSubscriptionsCommandOutput>> {
  const own = [...state.subscriptions.values()].filter(({ region }) => region === call.region)
  const { items, ...next } = pageOf(own, input.NextToken)
  return { Subscriptions: items.map((item) => view(state, item)), ...next }
}

async function listSubscriptionsByTopic(
  state: SnsState,
  input: ListSubscriptionsByTopicCommandInput,
  call: Call,
): Promise<Output<ListSubscriptionsCommandOutput>> {
  const { arn } = state.topic(call.region, input.TopicArn)
  const { items, ...next } = pageOf(state.subscriptionsOf(arn), input.NextToken)
  return { Subscriptions: items.map((item) => view(state, item)), ...next }
}

function need(state: SnsState, region: string, arn: string | undefined): SubscriptionRecord {
  const found = state.subscriptions.get(`${region}/${arn}`)
  if (found === undefined) throw noSuchSubscription()
  return found
}

async function getSubscriptionAttributes(
  state: SnsState,
  input: GetSubscriptionAttributesCommandInput,
  call: Call,
): Promise<Output<GetSubscriptionAttributesCommandOutput>> {
  const found = need(state, call.region, input.SubscriptionArn)
  return {
    Attributes: {
      SubscriptionArn: found.arn,
      TopicArn: found.topicArn,
      Owner: state.engine.accountId,
      Protocol: found.protocol,
      Endpoint: found.endpoint,
      PendingConfirmation: String(!found.isConfirmed),
      ConfirmationWasAuthenticated: 'false',
      RawMessageDelivery: 'false',
      ...found.attributes,
    },
  }
}

async function setSubscriptionAttributes(
  state: SnsState,
  input: SetSubscriptionAttributesCommandInput,
  call: Call,
): Promise<object> {
  const found = need(state, call.region, input.SubscriptionArn)
  const added = checkAttributes({ [input.AttributeName ?? '']: input.AttributeValue ?? '' })
  state.putSubscription({ ...found, attributes: { ...found.attributes, ...added } })
  return {}
}

function isProtocol(text: string): text is Protocol {
  return PROTOCOLS.includes(text)
}

function checkEndpoint(protocol: string, endpoint: string): Protocol {
  if (['application', 'firehose', 'lambda', 'sms', 'sqs'].includes(protocol))
    throw new AwsError(
      'InvalidParameter',
      `Invalid parameter: Protocol Reason: this engine does not deliver to ${protocol}`,
    )
  if (!isProtocol(protocol))
    throw invalidParameter('Amazon SNS does not support this protocol string: ' + protocol)
  if (protocol.startsWith('email')) {
    if (!/^[^@\s]+@[^@\s]+$/.test(endpoint)) throw invalidParameter('Email address')
    return protocol
  }
  if (!URL.canParse(endpoint) || !endpoint.startsWith(`${protocol}://`))
    throw invalidParameter('Endpoint must match the specified protocol')
  if (!isLoopback(new URL(endpoint)))
    throw invalidParameter(
      'Endpoint Reason: this engine delivers to addresses of this machine only',
    )
  return protocol
}

function checkAttributes(
  attributes: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(attributes)) {
    if (!SETTABLE.has(name)) throw invalidParameter('AttributeName')
    if (name === 'FilterPolicy' && value !== '' && !isJsonObject(value))
      throw invalidParameter('FilterPolicy: failed to parse JSON.')
  }
  return attributes
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}
