/** An SNS topic that alarms tell. A service's or database's `alarms` use the definition's topic. */
export interface AlarmTopic {
  readonly kind: 'alarm-topic'
  readonly name: string
  readonly options: AlarmTopicOptions
}

export interface AlarmTopicOptions {
  /** Addresses that get an e-mail; each must confirm once. Default: none. */
  readonly email?: readonly string[]
  /** Name in SNS. Default: `<system>-<environment>-<name>`. */
  readonly topicName?: string
}

export function alarmTopic(name: string, options: AlarmTopicOptions = {}): AlarmTopic {
  return { kind: 'alarm-topic', name, options }
}
