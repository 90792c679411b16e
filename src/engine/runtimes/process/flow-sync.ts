import type { Log } from '../../../base/log.ts'
import { admits } from '../../network/opening.ts'
import type { VpcNetwork, VpcView } from '../../network/vpc-network.ts'
import type { Doors } from './doors.ts'
import { flowRules, ruleChanges, type TaskFlows } from './flow-rules.ts'
import type { Tools } from './tools.ts'
import type { Router } from './router.ts'

/** A task as its VPC's router knows it. */
export interface RoutedTask {
  readonly device: string
  readonly ip: string
}

export interface FlowSyncOptions {
  readonly router: Router
  readonly network: VpcNetwork
  readonly doors: Doors
  readonly tools: Tools
  readonly log: Log
}

/** Ports at which the internet is usually wanted, and endpoints that name none are reached. */
const USUAL_PORTS = [
  22, 25, 80, 443, 465, 587, 1433, 2049, 3306, 5432, 5672, 6379, 8080, 8443, 9092, 11211, 27017,
]

/** Keeps a VPC's routing rules what the network decides. */
export class FlowSync {
  readonly #options: FlowSyncOptions
  readonly #tasks = new Set<RoutedTask>()
  #present: ReadonlySet<string> = new Set()
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined
  #stopped = false

  constructor(options: FlowSyncOptions) {
    this.#options = options
  }

  add(task: RoutedTask): Promise<void> {
    this.#tasks.add(task)
    return this.sync()
  }

  remove(task: RoutedTask): Promise<void> {
    this.#tasks.delete(task)
    return this.sync()
  }

  /** Resolves when the rules are those of now or later. One runs, one waits for all who ask. */
  sync(): Promise<void> {
    if (this.#stopped) return Promise.resolve()
    if (this.#running === undefined) return this.#run()
    this.#next ??= this.#running.then(() => {
      this.#next = undefined
      return this.#run()
    })
    return this.#next
  }

  /** The namespaces are gone, and their rules with them. */
  stop(): void {
    this.#stopped = true
  }

  #run(): Promise<void> {
    this.#running = this.#apply()
      .catch((error: unknown) => {
        if (this.#stopped) return
        this.#options.log.error('the rules of a VPC could not be written', {
          vpcId: this.#options.router.vpcId,
          error: String(error),
        })
      })
      .finally(() => {
        this.#running = undefined
      })
    return this.#running
  }

  async #apply(): Promise<void> {
    const { doors, network, router, tools } = this.#options
    const tasks = [...this.#tasks]
    const view = await network.view(
      router.vpcId,
      tasks.map(({ ip }) => ip),
    )
    const flows = tasks.map((task) => taskFlows(task, tasks, view))
    const ports = new Set(
      flows.flatMap(({ engine, outside }) => [...engine.flatMap((each) => each.ports), ...outside]),
    )
    await Promise.all([...ports].map((port) => doors.listen(port)))
    const wanted = flowRules(view.cidrs, flows)
    const changes = ruleChanges(this.#present, wanted)
    if (changes === '') return
    await router.run([tools.paths.ip, '-force', '-batch', '-'], changes)
    this.#present = wanted
  }
}

/** What a task may reach, by what the network says. */
export function taskFlows(
  task: RoutedTask,
  tasks: readonly RoutedTask[],
  view: VpcView,
): TaskFlows {
  const peers = tasks.filter((peer) => peer !== task)
  const ips = new Set(tasks.map(({ ip }) => ip))
  const outside = view.outside(task.ip)
  return {
    device: task.device,
    ip: task.ip,
    tasks: peers
      .map((peer) => ({ ...peer, openings: view.openings(task.ip, peer.ip) }))
      .filter(({ openings }) => openings.length > 0),
    engine: [...view.endpoints]
      .filter(([ip]) => !ips.has(ip))
      .map(([ip, { ports = USUAL_PORTS }]) => {
        const openings = view.openings(task.ip, ip)
        return { ip, ports: ports.filter((port) => admits(openings, 'tcp', port)) }
      }),
    outside: USUAL_PORTS.filter((port) => admits(outside, 'tcp', port)),
  }
}
