import { invalidCombination, invalidValue } from './errors.ts'
import type { Databases } from './postgres/databases.ts'

/** What is told where no PostgreSQL is found; creating an instance then says so. */
const FALLBACK = '16.14'

/** The version of the PostgreSQL that runs here. */
export async function installedVersion(databases: Databases): Promise<string> {
  return databases.installation().then(
    ({ version }) => version,
    () => FALLBACK,
  )
}

export function checkEngine(engine: string | undefined): void {
  if (engine === 'postgres') return
  throw invalidValue(`Invalid DB engine: ${engine}. The engine runs postgres only.`)
}

/**
 * The version to tell for a wanted one: a major version means the newest of it. Another major
 * version than the installed one cannot be had.
 */
export function resolveVersion(wanted: string | undefined, installed: string): string {
  const major = installed.split('.')[0] ?? ''
  if (wanted === undefined || wanted === major) return installed
  if (wanted.split('.')[0] === major && /^\d+\.\d+$/.test(wanted)) return wanted
  throw invalidCombination(
    `Cannot find version ${wanted} for postgres. The engine runs PostgreSQL ${installed}.`,
  )
}

/** `postgres16`, the family of parameter groups. */
export function familyOf(version: string): string {
  return `postgres${Number.parseInt(version, 10)}`
}
