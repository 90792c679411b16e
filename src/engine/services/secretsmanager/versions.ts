import { CURRENT, PREVIOUS, type VersionRecord } from './records.ts'

/** How many versions without a stage AWS keeps. */
const MAX_DEPRECATED = 100

/**
 * Puts a version of a secret under stages, each of which only one version bears. The version that
 * AWSCURRENT leaves becomes AWSPREVIOUS (AWS: "What's in a secret?").
 */
export function stage(
  versions: readonly VersionRecord[],
  id: string,
  stages: readonly string[],
): VersionRecord[] {
  const former = versions.find((version) => version.stages.includes(CURRENT))
  const moves = new Map(stages.map((name) => [name, id]))
  if (moves.has(CURRENT) && former !== undefined && former.id !== id) {
    moves.set(PREVIOUS, former.id)
  }
  return prune(
    versions.map((version) => {
      const kept = version.stages.filter((name) => !moves.has(name))
      const gained = [...moves].filter(([, to]) => to === version.id).map(([name]) => name)
      return { ...version, stages: [...kept, ...gained] }
    }),
  )
}

/** Takes a stage from whichever version bears it. */
export function unstage(versions: readonly VersionRecord[], name: string): VersionRecord[] {
  return prune(
    versions.map((version) => ({
      ...version,
      stages: version.stages.filter((other) => other !== name),
    })),
  )
}

export function isDeprecated({ stages }: VersionRecord): boolean {
  return stages.length === 0
}

function prune(versions: readonly VersionRecord[]): VersionRecord[] {
  let excess = versions.filter(isDeprecated).length - MAX_DEPRECATED
  return versions.filter((version) => !isDeprecated(version) || excess-- <= 0)
}
