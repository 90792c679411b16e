import { Mailbox } from './mailbox.ts'
import { post } from './post.ts'
import { passesFilter } from './filter-policy.ts'
import { noSuchTopic } from './errors.ts'
import type { Message, Published, SubscriptionRecord, TopicRecord } from './records.ts'
import type { Collection } from '../../store/store.ts'
import { uuid } from '../../random.ts'
import type { EngineContext } from '../service.ts'
import { messageOf } from '../../../base/errors.ts'

/** AWS: "Amazon SNS message delivery retries": three more attempts, 20 seconds apart. */
const RETRIES = 3
const RETRY_MS = 20_000

/** Topics, subscriptions, and the delivery of messages to them. */
export class SnsState {
  readonly engine: EngineContext
  readonly topics: Collection<TopicRecord>
  readonly subscriptions: Collection<SubscriptionRecord>
  readonly mailbox: Mailbox
  /** FIFO topic and deduplication id → what was answered, and when. */
  readonly recent = new Map<string, { at: number; answer: Published }>()
  readonly #stopping = new AbortController()

  constructor(engine: EngineContext) {
    this.engine = engine
    this.topics = engine.store.collection('sns/topics')
    this.subscriptions = engine.store.collection('sns/subscriptions')
    this.mailbox = new Mailbox(() => engine.dataDir)
  }

  topic(region: string, arn: string | undefined): TopicRecord {
    const found = this.topics.get(`${region}/${arn}`)
    if (found === undefined) throw noSuchTopic()
    return found
  }

  putTopic(topic: TopicRecord): void {
    this.topics.put(`${topic.region}/${topic.arn}`, topic)
  }

  putSubscription(subscription: SubscriptionRecord): void {
    this.subscriptions.put(`${subscription.region}/${subscription.arn}`, subscription)
  }

  subscriptionsOf(topicArn: string): SubscriptionRecord[] {
    return [...this.subscriptions.values()].filter((found) => found.topicArn === topicArn)
  }

  newId(): string {
    return uuid(this.engine.random)
  }

  /** Asks the owner of an endpoint whether the subscription is wanted. */
  askForConfirmation(subscription: SubscriptionRecord): void {
    const { topicArn, endpoint, protocol, token } = subscription
    const text =
      `You have chosen to subscribe to the topic:\n${topicArn}\n\n` +
      'To confirm this subscription, run:\n' +
      `aws sns confirm-subscription --topic-arn ${topicArn} --token ${token} ` +
      `--endpoint-url ${this.engine.endpoint}\n`
    if (protocol === 'email' || protocol === 'email-json') {
      this.#mail(endpoint, 'AWS Notification - Subscription Confirmation', text)
      return
    }
    const url =
      `${this.engine.endpoint}/?Action=ConfirmSubscription` +
      `&TopicArn=${encodeURIComponent(topicArn)}&Token=${token}`
    this.#deliverHttp(subscription, 'SubscriptionConfirmation', {
      Type: 'SubscriptionConfirmation',
      MessageId: this.newId(),
      Token: token,
      TopicArn: topicArn,
      Message: text,
      SubscribeURL: url,
      Timestamp: this.#now().toISOString(),
    })
  }

  /** Hands a message to every confirmed subscription whose filter lets it pass. */
  deliver(message: Message, bodyFor: (protocol: string) => string): void {
    for (const subscription of this.subscriptionsOf(message.topicArn)) {
      const { attributes, isConfirmed, protocol, endpoint } = subscription
      const body = bodyFor(protocol)
      const policy = parseJson(attributes['FilterPolicy'])
      const scope = attributes['FilterPolicyScope'] ?? 'MessageAttributes'
      if (!isConfirmed || !passesFilter(policy, { ...message, body }, scope)) continue
      const subject = message.subject ?? 'AWS Notification Message'
      if (protocol === 'email') this.#mail(endpoint, subject, body)
      else if (protocol === 'email-json')
        this.#mail(endpoint, subject, JSON.stringify(notification(message, body), undefined, 2))
      else
        this.#deliverHttp(
          subscription,
          'Notification',
          attributes['RawMessageDelivery'] === 'true' ? body : notification(message, body),
        )
    }
  }

  stop(): void {
    this.#stopping.abort(new Error('The engine is stopping'))
  }

  #mail(to: string, subject: string, body: string): void {
    this.mailbox.put({ to, subject, body, at: this.#now(), id: this.newId() })
  }

  #now(): Date {
    return this.engine.clock.toWall(this.engine.clock.now())
  }

  #deliverHttp(subscription: SubscriptionRecord, type: string, body: object | string): void {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const headers = {
      'x-amz-sns-message-type': type,
      'x-amz-sns-topic-arn': subscription.topicArn,
      'x-amz-sns-subscription-arn': subscription.arn,
    }
    const { clock, log } = this.engine
    const attempt = async (): Promise<void> => {
      for (let retry = 0; ; retry++) {
        try {
          await post(subscription.endpoint, headers, text)
          return
        } catch (error) {
          if (retry >= RETRIES) throw error
          await clock.sleep(RETRY_MS, this.#stopping.signal)
        }
      }
    }
    attempt().catch((error: unknown) => {
      if (!this.#stopping.signal.aborted)
        log.warn('A notification could not be delivered', {
          subscription: subscription.arn,
          reason: messageOf(error),
        })
    })
  }
}

function notification(message: Message, body: string): object {
  const attributes = Object.entries(message.attributes).map(([name, { type, value }]) => [
    name,
    { Type: type, Value: value },
  ])
  return {
    Type: 'Notification',
    MessageId: message.messageId,
    TopicArn: message.topicArn,
    ...(message.subject === undefined ? {} : { Subject: message.subject }),
    Message: body,
    Timestamp: message.publishedAt.toISOString(),
    ...(attributes.length === 0 ? {} : { MessageAttributes: Object.fromEntries(attributes) }),
  }
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined || text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
