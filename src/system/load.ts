import { existsSync, statSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { LongshoreError, messageOf } from '../base/errors.ts'
import type { SystemDefinition } from './definition.ts'
import { placeInStack } from './place-in-stack.ts'

const FILE = 'longshore.config.ts'
/** `.ts` in a checkout, `.js` where the package was built. */
const OURSELVES = new URL(
  `../index${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
  import.meta.url,
).href
/** Marks the modules of one load, so that the next one reads changed files anew. */
const MARK = 'longshore-load'

export interface LoadedSystem {
  readonly definition: SystemDefinition
  /** The definition's folder: build folders are relative to it. */
  readonly directory: string
  readonly file: string
}

let areHooksSet = false
let loads = 0

/**
 * Loads a definition from a folder or a file. `import … from 'longshore'` inside it means this very
 * package, wherever the definition stands. Each call reads the file and what it imports by relative
 * paths anew. Rejects with a `LongshoreError` that names the place; its exit code is 2.
 */
export async function loadSystem(path: string): Promise<LoadedSystem> {
  const file = definitionFile(resolve(path))
  setHooks()
  const module = await imported(file)
  return { definition: definitionOf(module, file), directory: dirname(file), file }
}

function definitionFile(path: string): string {
  const isFolder = existsSync(path) && statSync(path).isDirectory()
  const file = isFolder ? join(path, FILE) : path
  if (existsSync(file)) return file
  throw new LongshoreError('no-definition', `there is no ${isFolder ? FILE : 'such file'}`, {
    place: path,
    next: `Write a ${FILE} there, or name the folder that has one.`,
    exitCode: 2,
  })
}

function setHooks(): void {
  if (areHooksSet) return
  areHooksSet = true
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === 'longshore') return { url: OURSELVES, shortCircuit: true }
      const resolved = next(specifier, context)
      const mark = markOf(specifier) ?? (specifier.startsWith('.') && markOf(context.parentURL))
      if (typeof mark !== 'string') return resolved
      const url = new URL(resolved.url)
      url.searchParams.set(MARK, mark)
      // A definition is a module, whatever the package.json around it says of other files.
      const isTypeScript = url.pathname.endsWith('.ts')
      return { ...resolved, url: url.href, ...(isTypeScript && { format: 'module-typescript' }) }
    },
  })
}

function markOf(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined
  return new URL(url).searchParams.get(MARK) ?? undefined
}

async function imported(file: string): Promise<Record<string, unknown>> {
  const url = pathToFileURL(file)
  url.searchParams.set(MARK, String(++loads))
  try {
    return (await import(url.href)) as Record<string, unknown>
  } catch (error) {
    if (error instanceof LongshoreError) throw error
    throw new LongshoreError('definition-load', `the definition cannot be read: ${reason(error)}`, {
      place: placeInStack(error) ?? file,
      next: 'Correct the file; nothing was changed.',
      exitCode: 2,
    })
  }
}

function definitionOf(module: Record<string, unknown>, file: string): SystemDefinition {
  const exported = module['default']
  if (isDefinition(exported)) return exported
  throw new LongshoreError('no-system', 'the file exports no system', {
    place: file,
    next: "End it with: export default system('name', () => …).",
    exitCode: 2,
  })
}

function isDefinition(value: unknown): value is SystemDefinition {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false
  return value.kind === 'system' && 'build' in value && typeof value.build === 'function'
}

/** The message without the marks that are ours. */
function reason(error: unknown): string {
  return messageOf(error)
    .replaceAll(new RegExp(`\\?${MARK}=\\d+`, 'g'), '')
    .trim()
}
