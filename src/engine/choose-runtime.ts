import { LongshoreError } from '../base/errors.ts'
import type { RuntimeContext } from './engine.ts'
import { createProcessRuntime } from './runtimes/process/create-process-runtime.ts'
import { ecrImageSource } from './runtimes/process/ecr-image-source.ts'
import { type Runtime, RuntimeError } from './runtimes/runtime.ts'

export interface RuntimeChoice {
  /** `auto`, or the name of a runtime. */
  readonly name: string
  /** The `PATH` on which a runtime looks for programs. */
  readonly searchPath: string
}

/** Makes the runtime that was asked for; `auto` takes the first that works on this machine. */
export async function chooseRuntime(
  { name, searchPath }: RuntimeChoice,
  context: RuntimeContext,
): Promise<Runtime> {
  const { clock, log, network, dataDir, port, calls, regions } = context
  const makers: Readonly<Record<string, () => Promise<Runtime>>> = {
    process: () =>
      createProcessRuntime({
        clock,
        log,
        network,
        dataDir,
        apiPort: port,
        searchPath,
        images: ecrImageSource({ calls, regions, dataDir, port }),
      }),
  }
  const names = name === 'auto' ? Object.keys(makers) : [name]
  const problems: string[] = []
  for (const each of names) {
    const make = makers[each]
    if (make === undefined) throw unknownRuntime(each, Object.keys(makers))
    try {
      return await make()
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error
      problems.push(`${each}: ${error.message}`)
    }
  }
  throw new LongshoreError('runtime', 'containers cannot run on this machine', {
    place: problems.join('; '),
    next: 'Start Docker, or install what is missing.',
  })
}

function unknownRuntime(name: string, known: readonly string[]): LongshoreError {
  return new LongshoreError('usage', `there is no runtime "${name}"`, {
    place: '--runtime',
    next: `Use one of: auto, ${known.join(', ')}.`,
    exitCode: 2,
  })
}
