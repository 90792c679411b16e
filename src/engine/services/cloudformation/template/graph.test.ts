import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Graph } from './graph.ts'
import { reversed, topologicalOrder } from './graph.ts'

/** Graphs without circles: a node depends on earlier ones only. */
const acyclic = fc
  .array(fc.array(fc.nat({ max: 20 }), { maxLength: 4 }), { maxLength: 20 })
  .map(
    (rows): Graph =>
      new Map(
        rows.map((row, i) => [
          `N${i}`,
          new Set(row.filter((target) => target < i).map((target) => `N${target}`)),
        ]),
      ),
  )

test('everything comes after what it depends on', () => {
  fc.assert(
    fc.property(acyclic, (graph) => {
      const order = topologicalOrder(graph)
      expect(order.toSorted()).toEqual([...graph.keys()].toSorted())
      for (const [node, dependencies] of graph)
        for (const other of dependencies)
          expect(order.indexOf(other)).toBeLessThan(order.indexOf(node))
    }),
  )
})

test('the reversed graph turns every arrow and nothing else', () => {
  fc.assert(
    fc.property(acyclic, (graph) => {
      const turned = reversed(graph)
      for (const [node, dependencies] of graph)
        for (const other of dependencies) expect(turned.get(other)?.has(node)).toBe(true)
      expect(reversed(turned)).toEqual(graph)
    }),
  )
})

test('names the members of a circle and not those that hang on it', () => {
  const graph: Graph = new Map([
    ['A', new Set(['B'])],
    ['B', new Set(['C'])],
    ['C', new Set(['B'])],
    ['D', new Set()],
  ])
  expect(() => topologicalOrder(graph)).toThrow('Circular dependency between resources: [B, C]')
})
