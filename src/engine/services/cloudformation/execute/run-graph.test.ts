import { expect, test } from 'vitest'
import { runGraph } from './run-graph.ts'
import type { Graph } from '../template/graph.ts'

const DIAMOND: Graph = new Map([
  ['top', new Set(['left', 'right'])],
  ['left', new Set(['base'])],
  ['right', new Set(['base'])],
  ['base', new Set<string>()],
])

test('runs side by side what does not depend on one another', async () => {
  const log: string[] = []
  let running = 0
  let most = 0
  await runGraph(
    DIAMOND,
    async (node) => {
      running += 1
      most = Math.max(most, running)
      await Promise.resolve()
      log.push(node)
      running -= 1
      return true
    },
    { stopOnFailure: true },
  )
  expect(log).toEqual(['base', 'left', 'right', 'top'])
  expect(most).toBe(2)
})

test('begins nothing after a failure, and waits for what runs', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const result = runGraph(
    DIAMOND,
    async (node) => {
      if (node === 'right') await promise
      return node !== 'left'
    },
    { stopOnFailure: true },
  )
  resolve()
  expect(await result).toEqual({ failed: ['left'], skipped: ['top'] })
})

test('goes on with what does not depend on the failure when told to', async () => {
  const graph: Graph = new Map([
    ['a', new Set<string>()],
    ['b', new Set(['a'])],
    ['c', new Set<string>()],
  ])
  const ran: string[] = []
  const { failed, skipped } = await runGraph(
    graph,
    async (node) => {
      ran.push(node)
      return node !== 'a'
    },
    { stopOnFailure: false },
  )
  expect({ ran, failed, skipped }).toEqual({ ran: ['a', 'c'], failed: ['a'], skipped: ['b'] })
})
