import type {
  ContainerSpec,
  MetadataRequest,
  PulledImage,
  RunningContainer,
  Runtime,
  Sandbox,
  SandboxSpec,
} from './runtime.ts'
import { Output, type Printed } from './contract-streams.ts'

/** A runtime under test, and what it stands on. */
export interface RuntimeHarness {
  readonly runtime: Runtime
  /** An image with `sh` and `node`, whose files programs may write. */
  readonly image: string
  readonly vpcId: string
  /** Addresses for two tasks that may reach one another at every port. */
  readonly addresses: readonly [string, string]
  /** An address of the VPC that is no task's, as a load balancer has one. */
  readonly visitor: string
  readonly close: () => Promise<void>
}

/** Sandboxes and containers of one test, and what they said. */
export class World {
  readonly harness: RuntimeHarness
  readonly metadata: MetadataRequest[] = []
  readonly #image: PulledImage
  readonly #sandboxes = new Map<number, Promise<Sandbox>>()
  #containers = 0

  constructor(harness: RuntimeHarness, image: PulledImage) {
    this.harness = harness
    this.#image = image
  }

  /** The task at one of the harness's addresses. */
  readonly sandbox = (index: 0 | 1): Promise<Sandbox> => {
    const known = this.#sandboxes.get(index)
    if (known !== undefined) return known
    const ip = this.harness.addresses[index]
    const spec: SandboxSpec = {
      taskId: `contract-${ip.replaceAll('.', '-')}`,
      vpcId: this.harness.vpcId,
      privateIp: ip,
      prefixLength: 24,
      hostname: `ip-${ip.replaceAll('.', '-')}`,
      cpuUnits: 256,
      memoryMiB: 512,
      metadata: (request_) => {
        this.metadata.push(request_)
        const body = JSON.stringify({ path: request_.path })
        return Promise.resolve({ status: 200, contentType: 'application/json', body })
      },
    }
    const made = this.harness.runtime.createSandbox(spec)
    this.#sandboxes.set(index, made)
    return made
  }

  readonly shell = (script: string): Promise<Started> => this.start({ argv: ['sh', '-c', script] })

  readonly node = (script: string, on: { sandbox?: Sandbox } = {}): Promise<Started> =>
    this.start({ argv: ['node', '-e', script], ...on })

  readonly start = async ({
    sandbox,
    ...overrides
  }: Partial<ContainerSpec> & { sandbox?: Sandbox }): Promise<Started> => {
    const output = new Output()
    const target = sandbox ?? (await this.sandbox(0))
    const container = await target.start({
      name: `container-${++this.#containers}`,
      image: this.#image,
      argv: [],
      environment: { NAME: 'world' },
      workingDirectory: '/',
      user: '',
      readonlyRootFilesystem: false,
      memoryMiB: undefined,
      cpuUnits: undefined,
      hosts: {},
      mounts: [],
      onOutput: (line, stream) => output.add(line, stream),
      ...overrides,
    })
    return { container, lines: output.lines, line: (wanted) => output.line(wanted) }
  }

  async destroy(): Promise<void> {
    for (const made of this.#sandboxes.values()) await (await made).destroy()
  }
}

export interface Started {
  readonly container: RunningContainer
  readonly lines: readonly Printed[]
  /** The first line that is or matches, printed or yet to come. */
  readonly line: (wanted: string | RegExp) => Promise<string>
}
