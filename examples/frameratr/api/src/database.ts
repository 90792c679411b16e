import { Pool } from 'pg'
import type { DatabaseConfig } from './config.ts'

/** What the application needs of PostgreSQL; `pg.Pool` is one, and tests bring another. */
export interface Database {
  query<Row extends object>(text: string, values?: unknown[]): Promise<{ rows: Row[] }>
}

/**
 * A pool of connections. With `ssl: 'require'` traffic is encrypted; the server is known by the
 * security groups around it, so its certificate is not checked.
 */
export function openPool({ ssl, ...config }: DatabaseConfig): Pool {
  const pool = new Pool({
    ...config,
    ssl: ssl === 'require' ? { rejectUnauthorized: false } : false,
    max: 10,
    connectionTimeoutMillis: 5000,
  })
  // An idle connection was lost; the pool opens another when it is needed.
  pool.on('error', () => {})
  return pool
}
