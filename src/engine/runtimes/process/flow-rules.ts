import { LAST_PORT, type Opening } from '../../network/opening.ts'

/*
 * What may go where in a VPC, as routing rules (`ip rule`) of its router namespace. Two tables are
 * looked up: 100 knows the tasks' interfaces, `local` delivers to a listener of the engine. What no
 * rule matches leaves by the interface `denied` and vanishes, as packets do on AWS.
 *
 * Rules know no connections, security groups do. So each opening from A to B has a second rule for
 * the answers: from B's port to a port that A's kernel gives to clients (32768 to 60999). Programs
 * that listen on such a port are out of reach for their peers' new connections.
 */

export interface TaskFlows {
  /** Its interface in the router's namespace. */
  readonly device: string
  readonly ip: string
  /** Other tasks that it may reach. */
  readonly tasks: readonly TaskPeer[]
  /** Addresses of the VPC at which the engine answers (databases, load balancers). */
  readonly engine: readonly { readonly ip: string; readonly ports: readonly number[] }[]
  /** Ports of the internet. */
  readonly outside: readonly number[]
}

export interface TaskPeer {
  readonly device: string
  readonly ip: string
  readonly openings: readonly Opening[]
}

const CLIENT_PORTS = 'dport 32768-60999'
const ENGINE_CLIENT_PORTS = 'dport 61000-65533'
const LINK_LOCAL = '169.254.0.0/16'

/** The rules of a VPC with these blocks; each is what follows `ip rule add`. */
export function flowRules(cidrs: readonly string[], tasks: readonly TaskFlows[]): Set<string> {
  const rules = new Set<string>()
  for (const task of tasks) {
    const from = `iif ${task.device} from ${task.ip}`
    rules.add(`pref 200 ${from} to ${LINK_LOCAL} lookup local`)
    for (const peer of task.tasks) {
      const answering = `iif ${peer.device} from ${peer.ip} to ${task.ip}`
      for (const opening of peer.openings) {
        rules.add(`pref 1000 ${from} to ${peer.ip} ${match(opening, 'dport')} lookup 100`)
        rules.add(`pref 1001 ${answering} ${answers(opening)} lookup 100`)
      }
    }
    for (const { ip, ports } of task.engine) {
      for (const port of ports) {
        rules.add(`pref 2000 ${from} to ${ip} ipproto tcp dport ${port} lookup local`)
      }
    }
    // Answers to connections that the engine opened, for example from a load balancer.
    rules.add(`pref 3000 ${from} ipproto tcp ${ENGINE_CLIENT_PORTS} lookup local`)
    for (const port of task.outside) {
      rules.add(`pref 4000 ${from} ipproto tcp dport ${port} lookup local`)
    }
  }
  for (const cidr of cidrs) rules.add(`pref 3500 to ${cidr} lookup 300`)
  return rules
}

function match({ protocol, fromPort, toPort }: Opening, port: 'dport' | 'sport'): string {
  const all = protocol === 'icmp' || (fromPort <= 1 && toPort >= LAST_PORT - 1)
  if (all) return `ipproto ${protocol}`
  // The kernel takes ports from 1 to 65534 in a range.
  const first = Math.max(1, fromPort)
  const last = Math.min(LAST_PORT - 1, toPort)
  return `ipproto ${protocol} ${port} ${first === last ? first : `${first}-${last}`}`
}

function answers(opening: Opening): string {
  const matched = match(opening, 'sport')
  return opening.protocol === 'icmp' ? matched : `${matched} ${CLIENT_PORTS}`
}

/** Lines for `ip -batch` that make `wanted` of `present`: first what is allowed, then what is not. */
export function ruleChanges(present: ReadonlySet<string>, wanted: ReadonlySet<string>): string {
  const added = [...wanted].filter((rule) => !present.has(rule)).map((rule) => `rule add ${rule}`)
  const gone = [...present].filter((rule) => !wanted.has(rule)).map((rule) => `rule del ${rule}`)
  return [...added, ...gone].map((line) => `${line}\n`).join('')
}
