import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../../../base/errors.ts'
import { backUp } from './postgres/backup.ts'
import type { Cluster } from './postgres/cluster.ts'
import type { Databases } from './postgres/databases.ts'
import type { SnapshotRecord } from './records.ts'
import type { RdsState } from './rds-state.ts'

/** The files of snapshots: whole clusters, at rest. */
export class SnapshotFiles {
  readonly #state: RdsState
  readonly #databases: Databases

  constructor(state: RdsState, databases: Databases) {
    this.#state = state
    this.#databases = databases
  }

  async path(resourceId: string): Promise<string> {
    return join((await this.#databases.home()).directory, 'snapshots', resourceId)
  }

  /** Fills a snapshot whose record says `creating`. */
  async take(region: string, id: string, cluster: Cluster): Promise<void> {
    const record = this.#state.snapshots.get(`${region}/${id}`)
    if (record?.status !== 'creating') return
    const home = await this.#databases.home()
    const target = await this.path(record.resourceId)
    try {
      await mkdir(join(home.directory, 'snapshots'), { recursive: true, mode: 0o711 })
      const unfinished = `${target}.new`
      await backUp(home, cluster, unfinished)
      await rename(unfinished, target)
      this.#put({ ...record, status: 'available' })
      this.#tell(record, 'Manual snapshot created', 'creation')
    } catch (error) {
      this.#put({ ...record, status: 'failed' })
      this.#tell(record, `The snapshot failed: ${messageOf(error)}`, 'failure')
      throw error
    }
  }

  async remove(resourceId: string): Promise<void> {
    await rm(await this.path(resourceId), { recursive: true, force: true })
  }

  #put(record: SnapshotRecord): void {
    this.#state.snapshots.put(`${record.region}/${record.id}`, record)
  }

  #tell({ region, id }: SnapshotRecord, message: string, category: string): void {
    this.#state.note({
      region,
      sourceId: id,
      sourceType: 'db-snapshot',
      sourceArn: this.#state.arn(region, 'snapshot', id),
      message,
      categories: [category],
    })
  }
}
