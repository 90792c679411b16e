import { LongshoreError } from '../base/errors.ts'
import type { RuntimeContext } from './engine.ts'
import { type Runtime, RuntimeError } from './runtimes/runtime.ts'

export interface RuntimeChoice {
  /** `auto`, or the name of a runtime. */
  readonly name: string
  /** The `PATH` on which a runtime looks for programs. */
  readonly searchPath: string
  /** `DOCKER_HOST` and the like, which say where Docker is. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Runtimes that `auto` tries, in this order. */
const REAL = ['docker', 'process']

/** Makes the runtime that was asked for; `auto` takes the first that works on this machine. */
export async function chooseRuntime(
  choice: RuntimeChoice,
  context: RuntimeContext,
): Promise<Runtime> {
  const makers = makersOf(choice, context)
  const names = choice.name === 'auto' ? REAL : [choice.name]
  const problems: string[] = []
  for (const name of names) {
    const make = makers[name]
    if (make === undefined) throw unknownRuntime(name, Object.keys(makers))
    try {
      return await make()
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error
      problems.push(`${name}: ${error.message}`)
    }
  }
  throw new LongshoreError('runtime', 'containers cannot run on this machine', {
    place: problems.join('; '),
    next: 'Start Docker, or install what is missing.',
  })
}

/** How each runtime is made. What is not chosen is not even loaded. */
function makersOf(
  { searchPath, environment }: RuntimeChoice,
  { clock, log, network, dataDir, port, calls, regions }: RuntimeContext,
): Readonly<Record<string, () => Promise<Runtime>>> {
  return {
    docker: async () => {
      const { createDockerRuntime } = await import('./runtimes/docker/create-docker-runtime.ts')
      return createDockerRuntime({
        clock,
        log,
        network,
        dataDir,
        port,
        searchPath,
        environment,
        calls,
        regions,
      })
    },
    process: async () => {
      const { createProcessRuntime } = await import('./runtimes/process/create-process-runtime.ts')
      const { ecrImageSource } = await import('./runtimes/process/ecr-image-source.ts')
      const images = ecrImageSource({ calls, regions, dataDir, port })
      return createProcessRuntime({
        clock,
        log,
        network,
        dataDir,
        apiPort: port,
        searchPath,
        images,
      })
    },
    simulated: async () => {
      const { SimulatedRuntime } = await import('./runtimes/simulated/simulated-runtime.ts')
      // Every image is a program that starts, is well and runs until it is told to stop.
      return new SimulatedRuntime({ clock, program: () => ({}) })
    },
  }
}

function unknownRuntime(name: string, known: readonly string[]): LongshoreError {
  return new LongshoreError('usage', `there is no runtime "${name}"`, {
    place: '--runtime',
    next: `Use one of: auto, ${known.join(', ')}.`,
    exitCode: 2,
  })
}
