import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const FRAME = /(?<![\w:/])(?:file:\/\/)?(\/[^\s()?]+)(?:\?[^\s:()]*)?:(\d+)/g
const OUR_SOURCE = dirname(import.meta.dirname)

/** `file:line` of the first file in the error's stack that is the user's own. */
export function placeInStack(error: unknown): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  for (const [, path = '', line] of stack.matchAll(FRAME)) {
    const isOurs = path.startsWith(`${OUR_SOURCE}/`) || path.includes('/node_modules/')
    if (!isOurs) return `${decoded(path)}:${line}`
  }
  return undefined
}

function decoded(path: string): string {
  return path.includes('%') ? fileURLToPath(`file://${path}`) : path
}
