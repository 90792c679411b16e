/**
 * Applies the migrations that the database has not seen, in the order of their names, each in a
 * transaction. Safe to run from several tasks at once: an advisory lock lets one through.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { databaseConfig } from './config.ts'
import { type Database, openPool } from './database.ts'

const DIRECTORY = join(import.meta.dirname, '..', 'migrations')
const LOCK = 4_207_001

export interface MigrationTarget extends Database {
  /** Runs a script of several statements. */
  script(sql: string): Promise<void>
}

export async function migrate(db: MigrationTarget): Promise<string[]> {
  await db.query('SELECT pg_advisory_lock($1)', [LOCK])
  try {
    await db.script(
      'CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())',
    )
    const { rows } = await db.query<{ name: string }>('SELECT name FROM schema_migrations')
    const seen = new Set(rows.map(({ name }) => name))
    const names = (await readdir(DIRECTORY)).filter((name) => name.endsWith('.sql')).sort()
    const fresh = names.filter((name) => !seen.has(name))
    for (const name of fresh) await apply(db, name)
    return fresh
  } finally {
    await db.query('SELECT pg_advisory_unlock($1)', [LOCK])
  }
}

async function apply(db: MigrationTarget, name: string): Promise<void> {
  const sql = await readFile(join(DIRECTORY, name), 'utf8')
  await db.script('BEGIN')
  try {
    await db.script(sql)
    await db.query('INSERT INTO schema_migrations (name) VALUES ($1)', [name])
    await db.script('COMMIT')
  } catch (error) {
    await db.script('ROLLBACK')
    throw new Error(`migration ${name} failed`, { cause: error })
  }
}

if (import.meta.main) {
  const pool = openPool(databaseConfig(process.env))
  const client = await pool.connect()
  const applied = await migrate({
    query: async <Row extends object>(text: string, values?: unknown[]) => {
      const { rows } = await client.query<Row>(text, values)
      return { rows }
    },
    script: async (sql) => {
      await client.query(sql)
    },
  })
  console.log(applied.length === 0 ? 'nothing to migrate' : `applied ${applied.join(', ')}`)
  client.release()
  await pool.end()
}
