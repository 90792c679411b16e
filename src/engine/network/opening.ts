/** What a rule lets through. Ports are 0 to 65535 for protocols that have none. */
export interface Opening {
  readonly protocol: Protocol
  readonly fromPort: number
  readonly toPort: number
}

export type Protocol = 'tcp' | 'udp' | 'icmp'

export const PROTOCOLS: readonly Protocol[] = ['tcp', 'udp', 'icmp']
export const LAST_PORT = 65_535

/** What both let through. */
export function intersect(a: readonly Opening[], b: readonly Opening[]): Opening[] {
  return merge(
    a.flatMap((one) =>
      b.flatMap((other) => {
        const fromPort = Math.max(one.fromPort, other.fromPort)
        const toPort = Math.min(one.toPort, other.toPort)
        if (one.protocol !== other.protocol || fromPort > toPort) return []
        return [{ protocol: one.protocol, fromPort, toPort }]
      }),
    ),
  )
}

/** The same openings without overlaps, in order. */
export function merge(openings: readonly Opening[]): Opening[] {
  const merged: Opening[] = []
  for (const protocol of PROTOCOLS) {
    const own = openings
      .filter((each) => each.protocol === protocol)
      .toSorted((a, b) => a.fromPort - b.fromPort)
    for (const { fromPort, toPort } of own) {
      const last = merged.at(-1)
      if (last?.protocol === protocol && fromPort <= last.toPort + 1) {
        merged[merged.length - 1] = { ...last, toPort: Math.max(last.toPort, toPort) }
      } else merged.push({ protocol, fromPort, toPort })
    }
  }
  return merged
}

export function admits(openings: readonly Opening[], protocol: Protocol, port: number): boolean {
  return openings.some(
    (each) => each.protocol === protocol && each.fromPort <= port && port <= each.toPort,
  )
}
