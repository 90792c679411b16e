import { existsSync, statSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { LongshoreError, messageOf } from '../base/errors.ts'
import type { SystemDefinition } from './definition.ts'

const FILE = 'longshore.config.ts'
const OURSELVES = new URL('../index.ts', import.meta.url).href

export interface LoadedSystem {
  readonly definition: SystemDefinition
  /** The definition's folder: build contexts are relative to it. */
  readonly directory: string
  readonly file: string
}

let hooked = false
let loads = 0

/**
 * Loads a definition from a folder or a file. `import … from 'longshore'` inside it means this very
 * package, wherever the definition stands.
 */
export async function loadSystem(path: string): Promise<LoadedSystem> {
  const file = existsSync(path) && statSync(path).isDirectory() ? join(path, FILE) : path
  if (!existsSync(file)) {
    throw new LongshoreError('no-definition', `there is no ${FILE}`, {
      place: path,
      next: `Write one, or name its folder. "longshore --help" shows the commands.`,
      exitCode: 2,
    })
  }
  hookOurselves()
  const definition = definitionOf(await imported(file), file)
  return { definition, directory: dirname(file), file }
}

function hookOurselves(): void {
  if (hooked) return
  hooked = true
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'longshore' ? { url: OURSELVES, shortCircuit: true } : next(specifier, context),
  })
}

async function imported(file: string): Promise<Record<string, unknown>> {
  try {
    // A changed file is loaded anew (`up --watch`): Node would otherwise remember the first one.
    const url = `${pathToFileURL(file).href}?load=${++loads}`
    return (await import(url)) as Record<string, unknown>
  } catch (error) {
    throw new LongshoreError(
      'definition-load',
      `the definition cannot be read: ${messageOf(error)}`,
      {
        place: placeIn(file, error),
        next: 'Correct the file; nothing was changed.',
        exitCode: 2,
      },
    )
  }
}

function definitionOf(module: Record<string, unknown>, file: string): SystemDefinition {
  const exported = module['default']
  if (typeof exported === 'object' && exported !== null && 'kind' in exported) {
    if (exported.kind === 'system') return exported as SystemDefinition
  }
  throw new LongshoreError('no-system', 'the file exports no system', {
    place: file,
    next: "End it with: export default system('name', () => …).",
    exitCode: 2,
  })
}

/** The line of the user's own file in the error's stack, when it is there. */
function placeIn(file: string, error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const escaped = file.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const line = new RegExp(`${escaped}(?:\\?load=\\d+)?:(\\d+)`).exec(stack)?.[1]
  return line === undefined ? file : `${file}:${line}`
}
