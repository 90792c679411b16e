import { messageOf } from '../../../base/errors.ts'
import { DataPlane } from '../../data-plane/data-plane.ts'
import { targetKey } from '../../data-plane/targets/target.ts'
import type { EngineContext } from '../service.ts'
import { Admission } from './admission.ts'
import { balancerConfig, listenerConfig, targetGroupConfig } from './compile.ts'
import { ElbState } from './elb-state.ts'
import { LocalCertificates } from './local-certificate.ts'
import { MetricsPublisher } from './metrics-publisher.ts'
import type {
  ListenerRecord,
  LoadBalancerRecord,
  TargetGroupRecord,
  TargetRecord,
} from './records.ts'

/** The records and the data plane that does what they say: operations change both through this. */
export class LoadBalancing {
  readonly state: ElbState
  readonly plane: DataPlane
  readonly context: EngineContext
  readonly #admission: Admission
  readonly #certificates: LocalCertificates
  readonly #metrics: MetricsPublisher

  constructor(context: EngineContext) {
    this.context = context
    this.state = new ElbState(context)
    this.#admission = new Admission(context)
    this.#certificates = new LocalCertificates(context)
    this.plane = new DataPlane({
      clock: context.clock,
      random: context.random,
      network: context.network,
      log: context.log,
      admits: async (arn, port) => {
        const balancer = [...this.state.loadBalancers.values()].find((each) => each.arn === arn)
        return balancer !== undefined && this.#admission.admits(balancer, port)
      },
      onDrained: (groupArn, key) => this.#forgetTarget(groupArn, key),
    })
    this.#metrics = new MetricsPublisher(context, this.plane)
  }

  /** Takes up what the records say, as after a restart. */
  async start(): Promise<void> {
    for (const balancer of this.state.loadBalancers.values()) {
      this.plane.setBalancer(balancerConfig(balancer))
    }
    for (const group of this.state.targetGroups.values()) {
      this.syncTargetGroup(group)
      for (const target of this.state.targetsOf(group)) this.#takeUp(group, target)
    }
    // Each gets the port back that it had, before a newcomer can have it.
    for (const listener of this.state.listeners.values()) {
      await this.syncListener(listener).catch((error: unknown) =>
        this.context.log.error('a listener cannot listen', {
          listener: listener.arn,
          reason: messageOf(error),
        }),
      )
    }
    this.plane.start()
    this.#metrics.start()
  }

  stop(): void {
    this.#metrics.stop()
    this.plane.stop()
  }

  putLoadBalancer(record: LoadBalancerRecord): void {
    this.state.put(this.state.loadBalancers, record)
    this.#admission.forget(record.arn)
    this.plane.setBalancer(balancerConfig(record))
  }

  putTargetGroup(record: TargetGroupRecord): void {
    this.state.put(this.state.targetGroups, record)
    this.syncTargetGroup(record)
  }

  /** Stores a listener and starts or changes it; resolves with the record as it stands then. */
  async putListener(record: ListenerRecord): Promise<ListenerRecord> {
    this.state.put(this.state.listeners, record)
    await this.syncListener(record)
    this.syncTargetGroups()
    return this.state.listener(record.region, record.arn)
  }

  removeListener(record: ListenerRecord): void {
    for (const rule of this.state.rulesOf(record)) {
      this.state.rules.delete(`${rule.region}/${rule.arn}`)
    }
    this.state.listeners.delete(`${record.region}/${record.arn}`)
    this.plane.removeListener(record.loadBalancerArn, record.arn)
    this.syncTargetGroups()
  }

  removeLoadBalancer(record: LoadBalancerRecord): void {
    for (const listener of this.state.listenersOf(record)) this.removeListener(listener)
    this.state.loadBalancers.delete(`${record.region}/${record.arn}`)
    this.#admission.forget(record.arn)
    this.plane.removeBalancer(record.arn)
  }

  removeTargetGroup(record: TargetGroupRecord): void {
    for (const target of this.state.targetsOf(record))
      this.#forgetTarget(record.arn, targetKey(target))
    this.state.targetGroups.delete(`${record.region}/${record.arn}`)
    this.plane.removeTargetGroup(record.arn)
  }

  /** To be called after a listener's rules changed. */
  async syncListener(record: ListenerRecord): Promise<void> {
    const balancer = this.state.loadBalancer(record.region, record.loadBalancerArn)
    const localPort = await this.plane.setListener(
      {
        ...listenerConfig(record, this.state.rulesOf(record)),
        certificate:
          record.certificates.length === 0 ? undefined : this.#certificates.of(record.region),
      },
      balancer.scheme === 'internet-facing',
    )
    if (localPort === record.localPort) return
    const current = this.state.listeners.get(`${record.region}/${record.arn}`)
    if (current !== undefined) this.state.put(this.state.listeners, { ...current, localPort })
    if (record.localPort === undefined) return
    this.context.log.warn('the port of a listener is taken; it answers at another now', {
      loadBalancer: balancer.name,
      port: record.port,
      before: record.localPort,
      now: localPort,
    })
  }

  /** To be called after actions changed: who forwards to a group decides whether it is checked. */
  syncTargetGroups(): void {
    for (const group of this.state.targetGroups.values()) this.syncTargetGroup(group)
  }

  syncTargetGroup(record: TargetGroupRecord): void {
    const [user] = this.state.balancersUsing(record.arn)
    this.plane.setTargetGroup(targetGroupConfig(record, user))
  }

  register(group: TargetGroupRecord, target: TargetRecord): void {
    this.state.putTarget(target)
    this.plane.group(group.arn)?.register(target)
    this.plane.checkSoon()
  }

  deregister(group: TargetGroupRecord, target: TargetRecord): void {
    const sinceMs = this.context.clock.now()
    this.state.putTarget({ ...target, drainingSinceMs: sinceMs })
    this.plane.group(group.arn)?.deregister(targetKey(target), sinceMs)
  }

  #takeUp(group: TargetGroupRecord, target: TargetRecord): void {
    const running = this.plane.group(group.arn)
    running?.register(target)
    if (target.drainingSinceMs === undefined) return
    running?.deregister(targetKey(target), target.drainingSinceMs)
  }

  #forgetTarget(groupArn: string, key: string): void {
    for (const [recordKey, target] of this.state.targets.entries()) {
      if (target.groupArn === groupArn && targetKey(target) === key) {
        this.state.targets.delete(recordKey)
      }
    }
  }
}
