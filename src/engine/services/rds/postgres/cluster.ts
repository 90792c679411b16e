import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import type { Clock } from '../../../clock/clock.ts'
import type { ClusterHome } from './cluster-home.ts'
import { configuration, SOCKET_PORT } from './configuration.ts'
import { PostgresServer } from './postgres-server.ts'
import { openSession, quoteName, quoteText, type SqlSession } from './sql-client.ts'
import { clusterTemplate, copyCluster, exists, makeOwnDirectory } from './template.ts'

/** The longest path of a socket that every kernel takes, less the socket's own name. */
const MAX_SOCKET_DIRECTORY = 80

export interface ClusterOptions {
  readonly home: ClusterHome
  readonly clock: Clock
  /** Names the cluster's directory. */
  readonly name: string
  readonly onCrash: (lastLines: readonly string[]) => void
}

/** The data of one database instance and the server that serves it. */
export class Cluster {
  readonly #home: ClusterHome
  readonly #directory: string
  readonly #server: PostgresServer
  #socketDirectory: string

  constructor({ home, clock, name, onCrash }: ClusterOptions) {
    this.#home = home
    this.#directory = join(home.directory, name)
    this.#socketDirectory = this.#directory
    const logFile = join(this.#directory, 'postgresql.log')
    this.#server = new PostgresServer({ home, clock, dataDirectory: this.data, logFile, onCrash })
  }

  get data(): string {
    return join(this.#directory, 'data')
  }

  get running(): boolean {
    return this.#server.running
  }

  /** Makes the cluster's files, anew or from a snapshot's; resolves when they are whole. */
  async create(from?: string): Promise<void> {
    const source = from ?? (await clusterTemplate(this.#home))
    await makeOwnDirectory(this.#home, this.#directory)
    await copyCluster(this.#home, source, this.data)
  }

  exists(): Promise<boolean> {
    return exists(this.data)
  }

  async start(parameters: Readonly<Record<string, string>>): Promise<void> {
    await this.#placeSocket()
    await this.#configure(parameters)
    await this.#server.start()
  }

  /** Takes over parameters that need no restart. */
  async reconfigure(parameters: Readonly<Record<string, string>>): Promise<void> {
    await this.#configure(parameters)
    this.#server.reload()
  }

  async stop(): Promise<void> {
    await this.#server.stop()
    if (this.#socketDirectory !== this.#directory) {
      await rm(this.#socketDirectory, { recursive: true, force: true })
    }
  }

  /** Ends the server and removes every file. */
  async destroy(): Promise<void> {
    await this.#server.stop('immediate')
    await this.stop()
    await rm(this.#directory, { recursive: true, force: true })
  }

  /** Opens a client's connection. */
  connect(): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.#socketPath, () => {
        socket.off('error', reject)
        resolve(socket)
      })
      socket.once('error', reject)
    })
  }

  /** Makes the master user and its database; what is there already stays. */
  async setUp(master: { user: string; verifier: string; database: string | undefined }) {
    const { user, verifier, database } = master
    const name = quoteName(user)
    await this.administer(async ({ query }) => {
      const known = await query(`SELECT 1 FROM pg_roles WHERE rolname = ${quoteText(user)}`)
      if (known.length === 0) {
        await query(
          `CREATE ROLE ${name} LOGIN CREATEROLE CREATEDB PASSWORD ${quoteText(verifier)} ` +
            "VALID UNTIL 'infinity'",
        )
        await query(`GRANT rds_superuser TO ${name} WITH ADMIN OPTION`)
        await query(`ALTER DATABASE postgres OWNER TO ${name}`)
      }
      if (database === undefined) return
      const made = await query(`SELECT 1 FROM pg_database WHERE datname = ${quoteText(database)}`)
      if (made.length === 0) await query(`CREATE DATABASE ${quoteName(database)} OWNER ${name}`)
    })
  }

  async setPassword(user: string, verifier: string): Promise<void> {
    await this.administer(async ({ query }) => {
      await query(`ALTER ROLE ${quoteName(user)} PASSWORD ${quoteText(verifier)}`)
    })
  }

  /** Does work as the engine's own superuser. */
  async administer<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    const session = await openSession({
      socketPath: this.#socketPath,
      user: 'rdsadmin',
      password: this.#home.adminPassword,
      database: 'postgres',
    })
    try {
      return await work(session)
    } finally {
      session.end()
    }
  }

  get #socketPath(): string {
    return join(this.#socketDirectory, `.s.PGSQL.${SOCKET_PORT}`)
  }

  /** Beside the data, or in a short temporary directory where that path is too long. */
  async #placeSocket(): Promise<void> {
    await mkdir(this.#directory, { recursive: true })
    if (Buffer.byteLength(this.#directory) <= MAX_SOCKET_DIRECTORY) return
    const short = [tmpdir(), '/tmp'].find((path) => path.length <= MAX_SOCKET_DIRECTORY / 2)
    this.#socketDirectory = await mkdtemp(join(short ?? tmpdir(), 'longshore-'))
  }

  async #configure(parameters: Readonly<Record<string, string>>): Promise<void> {
    const text = configuration(this.#socketDirectory, parameters)
    await writeFile(join(this.data, 'postgresql.conf'), text)
  }
}
