import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { create } from 'tar'
import { hostBase } from '../process/host-base.ts'
import { type DockerApi, DockerError } from './docker-api.ts'

const REPOSITORY = 'longshore-host'
/** What Node needs to know about the agent's files, and `ip` about the names in rules. */
const FILES = {
  'longshore/package.json': '{"type":"module"}\n',
  'etc/protocols': 'icmp 1 ICMP\ntcp 6 TCP\nudp 17 UDP\n',
}
const EMPTY_DIRECTORIES = ['dev', 'etc', 'longshore', 'proc', 'run', 'sys', 'tmp']

/**
 * An image of nearly nothing, into which this machine's programs are mounted: for the engine's
 * own containers, which hold a task's network. Nothing is downloaded for them, and nothing copied.
 */
export async function hostImage(docker: DockerApi): Promise<string> {
  const { directories, links } = programDirectories()
  const content = JSON.stringify([directories, links, EMPTY_DIRECTORIES, FILES])
  const tag = createHash('sha256').update(content).digest('hex').slice(0, 12)
  const name = `${REPOSITORY}:${tag}`
  try {
    await docker.get(`/images/${name}/json`)
    return name
  } catch (error) {
    if (!(error instanceof DockerError) || error.status !== 404) throw error
  }
  const scratch = mkdtempSync(join(tmpdir(), 'longshore-image-'))
  try {
    for (const each of [...directories, ...EMPTY_DIRECTORIES]) mkdirSync(join(scratch, each))
    for (const [link, target] of Object.entries(links)) symlinkSync(target, join(scratch, link))
    for (const [path, text] of Object.entries(FILES)) writeFileSync(join(scratch, path), text)
    await docker.post('/images/create', {
      query: { fromSrc: '-', repo: REPOSITORY, tag },
      body: Readable.from(create({ cwd: scratch, portable: true }, ['.'])),
    })
    return name
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** Where this machine's programs and their libraries are. */
export function programDirectories(): ReturnType<typeof hostBase> {
  const { directories, links } = hostBase()
  return { links, directories: directories.filter((name) => name !== 'etc') }
}
