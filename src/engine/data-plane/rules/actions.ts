/** What a rule does in the end. AWS: "Action types for listener rules". */
export type RuleAction = ForwardAction | RedirectAction | FixedResponseAction

export interface ForwardAction {
  readonly type: 'forward'
  readonly groups: readonly WeightedGroup[]
  /** For how long a client stays with the group that it got; undefined: not at all. */
  readonly stickyMs: number | undefined
}

export interface WeightedGroup {
  readonly arn: string
  readonly weight: number
}

export interface RedirectAction {
  readonly type: 'redirect'
  readonly status: 301 | 302
  readonly protocol: string
  readonly host: string
  readonly port: string
  readonly path: string
  readonly query: string
}

export interface FixedResponseAction {
  readonly type: 'fixed-response'
  readonly status: number
  readonly contentType: string
  readonly body: string
}

/** Chooses a group by weight; `chance` is in [0, 1). Undefined when no weight is above 0. */
export function chooseGroup(
  groups: readonly WeightedGroup[],
  chance: number,
): WeightedGroup | undefined {
  let total = 0
  for (const { weight } of groups) total += weight
  let left = chance * total
  for (const group of groups) {
    left -= group.weight
    if (left < 0) return group
  }
  return undefined
}

/** The parts of the address that the client asked for. */
export interface RequestedUrl {
  readonly protocol: 'http' | 'https'
  /** Without a port. */
  readonly host: string
  readonly port: number
  /** With its leading slash, without the query. */
  readonly path: string
  readonly query: string
}

/**
 * The `Location` of a redirect. Ports in a rule are the listeners' on AWS; `localPort` says at which
 * port of this machine the same listener answers.
 */
export function redirectLocation(
  action: RedirectAction,
  url: RequestedUrl,
  localPort: (protocol: string, port: number) => number,
): string {
  const fill = (template: string): string =>
    template.replace(/#\{(protocol|host|port|path|query)\}/g, (_, name: keyof RequestedUrl) =>
      name === 'path' ? url.path.slice(1) : String(url[name]),
    )
  const protocol = fill(action.protocol).toLowerCase()
  const host = fill(action.host)
  const port = Number(fill(action.port))
  const reachable = host === url.host ? localPort(protocol, port) : port
  const path = fill(action.path)
  const query = fill(action.query)
  return `${protocol}://${host}:${reachable}${path}${query === '' ? '' : `?${query}`}`
}
