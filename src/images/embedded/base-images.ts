import { LongshoreError } from '../../base/errors.ts'

/** What stands in for a base image when nothing can be pulled. */
export interface StandIn {
  /** Environment that images of this kind come with. */
  readonly environment: readonly string[]
  readonly command: readonly string[] | undefined
  /** Programs that must be on this machine. */
  readonly programs: readonly string[]
  /** The Node that runs Longshore is at hand as `node`. */
  readonly node: boolean
}

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
const SHELLS = /^(debian|ubuntu|alpine|busybox|buildpack-deps)$/
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  nginx: ['nginx'],
  python: ['python3'],
  redis: ['redis-server'],
  valkey: ['valkey-server'],
  postgres: ['postgres'],
}

/** Finds what stands in for a base image; explains what is missing. */
export function standInFor(
  base: string,
  {
    nodeMajor,
    has,
    place,
  }: { nodeMajor: number; has: (program: string) => boolean; place: string },
): StandIn {
  const name = base.replace(/[:@].*$/, '').replace(/^.*\//, '')
  if (base === 'scratch' || SHELLS.test(name)) {
    return { environment: [PATH], command: undefined, programs: ['sh'], node: false }
  }
  if (name === 'node') {
    const wanted = Number(/:(\d+)/.exec(base)?.[1] ?? nodeMajor)
    if (wanted > nodeMajor) {
      throw lacking(base, place, `Node ${wanted} is not here; Longshore runs on Node ${nodeMajor}`)
    }
    return { environment: [PATH], command: ['node'], programs: ['sh'], node: true }
  }
  const programs = PROGRAMS[name]
  if (programs === undefined) {
    throw lacking(base, place, 'nothing on this machine stands in for it')
  }
  const missing = programs.find((program) => !has(program))
  if (missing !== undefined)
    throw lacking(base, place, `the program ${missing} is not on this machine`)
  return { environment: [PATH], command: undefined, programs, node: false }
}

function lacking(base: string, place: string, why: string): LongshoreError {
  return new LongshoreError(
    'base-image',
    `the base image ${base} cannot be had without Docker: ${why}`,
    {
      place,
      next: 'Install it with the machine’s package manager, or start Docker and use --runtime docker.',
      exitCode: 2,
    },
  )
}
