import { messageOf } from '../../../base/errors.ts'
import type { Binding } from '../../network/network.ts'
import { databaseEndpoint } from './endpoint/database-endpoint.ts'
import { selfSigned } from './endpoint/certificate.ts'
import { makeInterface, removeInterface } from './instance-interface.ts'
import { forcesSsl, serverParameters } from './parameter-values.ts'
import { Cluster } from './postgres/cluster.ts'
import { Databases } from './postgres/databases.ts'
import type { InstanceRecord, InstanceStatus } from './records.ts'
import type { RdsState } from './rds-state.ts'
import { SnapshotFiles } from './snapshot-files.ts'

type Job = (record: InstanceRecord) => Promise<void>

/**
 * Brings instances into the state that their records ask for, one job after the other for each.
 * The only one that starts and stops servers, and that leads a status to its end.
 */
export class InstanceController {
  readonly databases: Databases
  readonly #state: RdsState
  readonly #snapshots: SnapshotFiles
  readonly #clusters = new Map<string, Cluster>()
  readonly #bindings = new Map<string, Binding>()
  readonly #queues = new Map<string, Promise<void>>()
  #closing = false

  constructor(state: RdsState) {
    this.#state = state
    this.databases = new Databases(
      () => state.context.dataDir,
      () => state.resourceIds(),
    )
    this.#snapshots = new SnapshotFiles(state, this.databases)
  }

  /** Makes the database of a record whose status is `creating`. */
  create(record: InstanceRecord): void {
    void this.#run(record, async (before) => {
      const placed = before.networkInterface ?? (await makeInterface(this.#state, before))
      const current = this.#state.update(before, { networkInterface: placed }) ?? before
      const cluster = await this.#clusterOf(current)
      const { snapshot, masterUser: user, verifier, database } = current
      await cluster.create(
        snapshot === undefined ? undefined : await this.#snapshots.path(snapshot),
      )
      await cluster.start(serverParameters(this.#state, current))
      if (snapshot === undefined) await cluster.setUp({ user, verifier, database })
      this.#bind(current, cluster)
      this.#settle(current, 'available')
      this.#state.tell(current, 'DB instance created', 'creation')
    })
  }

  /** Starts the server of a record whose status is `starting`. */
  start(record: InstanceRecord): void {
    void this.#run(record, async (current) => {
      await this.#serve(current)
      this.#settle(current, 'available')
      this.#state.tell(current, 'DB instance started', 'notification')
    })
  }

  reboot(record: InstanceRecord): void {
    void this.#run(record, async (current) => {
      await this.#halt(current)
      await this.#serve(current)
      this.#settle(current, 'available', { pendingReboot: false })
      this.#state.tell(current, 'DB instance restarted', 'availability')
    })
  }

  stopInstance(record: InstanceRecord): void {
    void this.#run(record, async (current) => {
      await this.#halt(current)
      this.#settle(current, 'stopped')
      this.#state.tell(current, 'DB instance stopped', 'notification')
    })
  }

  /** Does work on an instance in the state `modifying`, then calls it available again. */
  modify(record: InstanceRecord, work: (cluster: Cluster) => Promise<void>): Promise<void> {
    return this.#run(record, async (current) => {
      await work(await this.#clusterOf(current))
      // A change of the port or of the groups is the endpoint's.
      const latest = this.#state.update(current, {}) ?? current
      this.#bind(latest, await this.#clusterOf(latest))
      this.#settle(current, 'available')
    })
  }

  /** Makes a snapshot's files; the snapshot's own record tells how it went. */
  snapshot(record: InstanceRecord, snapshotId: string): void {
    void this.#run(record, async (current) => {
      await this.#snapshots.take(current.region, snapshotId, await this.#clusterOf(current))
    })
  }

  removeSnapshot(resourceId: string): Promise<void> {
    return this.#snapshots.remove(resourceId)
  }

  delete(record: InstanceRecord): void {
    void this.#run(record, async (current) => {
      const cluster = await this.#clusterOf(current)
      if (current.finalSnapshot !== undefined) {
        await this.#snapshots.take(current.region, current.finalSnapshot, cluster)
      }
      this.#unbind(current)
      this.#state.context.network.setName(current.host, undefined)
      await cluster.destroy()
      this.#clusters.delete(current.resourceId)
      await removeInterface(this.#state, current)
      this.#state.instances.delete(`${current.region}/${current.id}`)
      this.#state.tell(current, 'DB instance deleted', 'deletion')
    })
  }

  /** Takes over a parameter group's values that need no restart. */
  reconfigure(record: InstanceRecord): void {
    void this.#run(record, async (current) => {
      const cluster = await this.#clusterOf(current)
      if (cluster.running) await cluster.reconfigure(serverParameters(this.#state, current))
    })
  }

  /** Goes on after a restart of the engine: each status leads on to its end. */
  resume(): void {
    for (const record of this.#state.instances.values()) {
      switch (record.status) {
        case 'creating':
          this.create(record)
          break
        case 'deleting':
          this.delete(record)
          break
        case 'stopping':
        case 'stopped':
          this.#state.update(record, { status: 'stopped' })
          this.#name(record)
          break
        default:
          this.start(this.#state.putInstance({ ...record, status: 'starting' }))
      }
    }
  }

  /** Ends every server; their data stays, and so does each instance's status. */
  async close(): Promise<void> {
    this.#closing = true
    for (const binding of this.#bindings.values()) binding.release()
    await Promise.all([...this.#clusters.values()].map((cluster) => cluster.stop()))
    await Promise.all(this.#queues.values())
    // A job that was under way may have started one more.
    await Promise.all([...this.#clusters.values()].map((cluster) => cluster.stop()))
  }

  #run(record: InstanceRecord, job: Job): Promise<void> {
    const before = this.#queues.get(record.resourceId) ?? Promise.resolve()
    const run = before.then(async () => {
      const current = this.#state.update(record, {})
      if (current === undefined || this.#closing) return
      await job(current).catch((error: unknown) => this.#fail(current, messageOf(error)))
    })
    this.#queues.set(record.resourceId, run)
    void run.then(() => {
      if (this.#queues.get(record.resourceId) === run) this.#queues.delete(record.resourceId)
    })
    return run
  }

  async #clusterOf({ resourceId, region, id }: InstanceRecord): Promise<Cluster> {
    const known = this.#clusters.get(resourceId)
    if (known !== undefined) return known
    const cluster = new Cluster({
      home: await this.databases.home(),
      clock: this.#state.context.clock,
      name: resourceId,
      onCrash: (lines) => this.#recover(region, id, lines),
    })
    this.#clusters.set(resourceId, cluster)
    return cluster
  }

  /** Starts the server on the files that it has, and answers at the endpoint. */
  async #serve(record: InstanceRecord): Promise<void> {
    const cluster = await this.#clusterOf(record)
    if (!(await cluster.exists())) throw new Error(`there are no files in ${cluster.data}`)
    if (!cluster.running) await cluster.start(serverParameters(this.#state, record))
    this.#bind(record, cluster)
  }

  async #halt(record: InstanceRecord): Promise<void> {
    this.#unbind(record)
    const cluster = await this.#clusterOf(record)
    await cluster.stop()
    this.#state.tell(record, 'DB instance shutdown', 'availability')
  }

  #bind(record: InstanceRecord, cluster: Cluster): void {
    const { networkInterface, vpcId, port, host, region, id } = record
    this.#unbind(record)
    if (networkInterface === undefined) return
    const { network, clock } = this.#state.context
    const endpoint = databaseEndpoint({
      port,
      certificate: () => selfSigned(host, clock.toWall(clock.now())),
      forceSsl: () => forcesSsl(this.#state, this.#state.instance(region, id)),
      connect: () => cluster.connect(),
    })
    this.#bindings.set(
      record.resourceId,
      network.bind({ vpcId, ip: networkInterface.ip }, endpoint),
    )
    this.#name(record)
  }

  #name({ host, vpcId, networkInterface }: InstanceRecord): void {
    if (networkInterface === undefined) return
    this.#state.context.network.setName(host, { vpcId, ip: networkInterface.ip })
  }

  #unbind({ resourceId }: InstanceRecord): void {
    this.#bindings.get(resourceId)?.release()
    this.#bindings.delete(resourceId)
  }

  #settle(
    record: InstanceRecord,
    status: InstanceStatus,
    changes: Partial<InstanceRecord> = {},
  ): void {
    // A deletion that was asked for meanwhile is what counts.
    if (this.#state.update(record, {})?.status === 'deleting') return
    this.#state.update(record, { ...changes, status, failure: undefined })
  }

  #fail(record: InstanceRecord, reason: string): void {
    if (this.#closing) return
    const own = !record.parameterGroup.startsWith('default.')
    const status =
      own && /invalid value|configuration file/.test(reason) ? 'incompatible-parameters' : 'failed'
    this.#state.update(record, { status, failure: reason })
    this.#state.tell(record, `The database failed: ${reason}`, 'failure')
    this.#state.context.log.error('a database failed', {
      instance: record.id,
      status: record.status,
      reason,
    })
  }

  /** A server that ended by itself is started again, as RDS does. */
  #recover(region: string, id: string, lines: readonly string[]): void {
    const record = this.#state.instances.get(`${region}/${id}`)
    if (record === undefined || this.#closing || record.status === 'deleting') return
    this.#state.context.log.warn('a database server ended by itself', {
      instance: id,
      reason: lines.slice(-3).join(' '),
    })
    this.#state.tell(record, 'Recovery of the DB instance has started.', 'recovery')
    this.#unbind(record)
    this.start(this.#state.putInstance({ ...record, status: 'starting' }))
  }
}
