export interface TopicRecord {
  readonly arn: string
  readonly name: string
  readonly region: string
  /** Attributes as they were set, by AWS's names. */
  readonly attributes: Readonly<Record<string, string>>
  readonly tags: readonly { readonly Key: string; readonly Value: string }[]
  readonly deletedSubscriptions: number
  /** The last sequence number of a FIFO topic. */
  readonly sequence: number
}

export type Protocol = 'email' | 'email-json' | 'http' | 'https'

export interface SubscriptionRecord {
  readonly arn: string
  readonly topicArn: string
  readonly region: string
  readonly protocol: Protocol
  readonly endpoint: string
  readonly attributes: Readonly<Record<string, string>>
  readonly isConfirmed: boolean
  /** What `ConfirmSubscription` must bring. */
  readonly token: string
}

/** A message as it is delivered. */
export interface Message {
  readonly messageId: string
  readonly topicArn: string
  readonly subject: string | undefined
  readonly body: string
  readonly attributes: Readonly<Record<string, MessageAttribute>>
  readonly publishedAt: Date
}

export interface MessageAttribute {
  readonly type: string
  readonly value: string
}

/** What publishing answers. */
export interface Published {
  readonly MessageId: string
  readonly SequenceNumber?: string
}
