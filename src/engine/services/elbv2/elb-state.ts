import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Collection } from '../../store/store.ts'
import type { EngineContext } from '../service.ts'
import { notFound, type ResourceKind, validationError } from './errors.ts'
import type {
  ListenerRecord,
  LoadBalancerRecord,
  RuleRecord,
  TargetGroupRecord,
  TargetRecord,
} from './records.ts'

/** The records of the service, and the questions that its operations ask them. */
export class ElbState {
  readonly context: EngineContext
  readonly loadBalancers: Collection<LoadBalancerRecord>
  readonly targetGroups: Collection<TargetGroupRecord>
  readonly listeners: Collection<ListenerRecord>
  readonly rules: Collection<RuleRecord>
  readonly targets: Collection<TargetRecord>

  constructor(context: EngineContext) {
    this.context = context
    this.loadBalancers = context.store.collection('elbv2/load-balancers')
    this.targetGroups = context.store.collection('elbv2/target-groups')
    this.listeners = context.store.collection('elbv2/listeners')
    this.rules = context.store.collection('elbv2/rules')
    this.targets = context.store.collection('elbv2/targets')
  }

  loadBalancer(region: string, arn: string | undefined): LoadBalancerRecord {
    return found(
      'LoadBalancer',
      this.loadBalancers.get(`${region}/${checkArn('LoadBalancer', arn)}`),
    )
  }

  targetGroup(region: string, arn: string | undefined): TargetGroupRecord {
    return found('TargetGroup', this.targetGroups.get(`${region}/${checkArn('TargetGroup', arn)}`))
  }

  listener(region: string, arn: string | undefined): ListenerRecord {
    return found('Listener', this.listeners.get(`${region}/${checkArn('Listener', arn)}`))
  }

  rule(region: string, arn: string | undefined): RuleRecord {
    return found('Rule', this.rules.get(`${region}/${checkArn('Rule', arn)}`))
  }

  put<T extends { region: string; arn: string }>(collection: Collection<T>, record: T): T {
    collection.put(`${record.region}/${record.arn}`, record)
    return record
  }

  putTarget(record: TargetRecord): void {
    this.targets.put(targetRecordKey(record), record)
  }

  in<T extends { region: string }>(collection: Collection<T>, region: string): T[] {
    return [...collection.values()].filter((record) => record.region === region)
  }

  listenersOf({ arn }: LoadBalancerRecord): ListenerRecord[] {
    return [...this.listeners.values()].filter(({ loadBalancerArn }) => loadBalancerArn === arn)
  }

  /** In order of priority, without the default rule. */
  rulesOf({ arn }: ListenerRecord): RuleRecord[] {
    return [...this.rules.values()]
      .filter(({ listenerArn }) => listenerArn === arn)
      .sort((a, b) => a.priority - b.priority)
  }

  targetsOf({ arn }: TargetGroupRecord): TargetRecord[] {
    return [...this.targets.values()].filter(({ groupArn }) => groupArn === arn)
  }

  /** ARNs of the load balancers with an action that forwards to the group. */
  balancersUsing(groupArn: string): string[] {
    const users = new Set<string>()
    for (const listener of this.listeners.values()) {
      const actions = [listener.defaultActions, ...this.rulesOf(listener).map((r) => r.actions)]
      if (actions.flat().some((action) => groupArns(action).includes(groupArn))) {
        users.add(listener.loadBalancerArn)
      }
    }
    return [...users]
  }
}

/** The target groups to which an action forwards. */
export function groupArns(action: Action): string[] {
  const many = (action.ForwardConfig?.TargetGroups ?? []).map((each) => each.TargetGroupArn ?? '')
  return many.length > 0 ? many : action.TargetGroupArn === undefined ? [] : [action.TargetGroupArn]
}

export function targetRecordKey(record: Pick<TargetRecord, 'region' | 'groupArn' | 'id' | 'port'>) {
  return `${record.region}/${record.groupArn}/${record.id}:${record.port}`
}

const ARN_WORDS: Readonly<Record<ResourceKind, { pattern: RegExp; words: string }>> = {
  LoadBalancer: { pattern: /:loadbalancer\//, words: 'load balancer' },
  TargetGroup: { pattern: /:targetgroup\//, words: 'target group' },
  Listener: { pattern: /:listener\//, words: 'listener' },
  Rule: { pattern: /:listener-rule\//, words: 'listener rule' },
}

function checkArn(kind: ResourceKind, arn: string | undefined): string {
  const { pattern, words } = ARN_WORDS[kind]
  const looksRight = arn !== undefined && arn.startsWith('arn:') && pattern.test(arn)
  if (!looksRight) throw validationError(`'${arn ?? ''}' is not a valid ${words} ARN`)
  return arn
}

function found<T>(kind: ResourceKind, record: T | undefined): T {
  if (record === undefined) throw notFound(kind)
  return record
}
