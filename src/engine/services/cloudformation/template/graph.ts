import { validationError } from '../errors.ts'

/** Node → the nodes that must be there before it. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>

/**
 * The nodes in an order in which each comes after what it depends on; among the free ones the
 * order of the graph holds. Throws AWS's error that names the members of a circle.
 */
export function topologicalOrder(graph: Graph): string[] {
  const order: string[] = []
  const done = new Set<string>()
  for (let progress = true; progress;) {
    progress = false
    for (const [node, dependencies] of graph) {
      if (done.has(node) || [...dependencies].some((other) => waitsFor(graph, done, other)))
        continue
      done.add(node)
      order.push(node)
      progress = true
    }
  }
  if (order.length === graph.size) return order
  const circle = [...graph.keys()].filter((node) => isOnCircle(graph, node))
  throw validationError(`Circular dependency between resources: [${circle.join(', ')}]`)
}

/** Nodes whose dependencies are all done, in the order of the graph. */
export function readyNodes(graph: Graph, started: ReadonlySet<string>, done: ReadonlySet<string>) {
  return [...graph].flatMap(([node, dependencies]) =>
    !started.has(node) && ![...dependencies].some((other) => waitsFor(graph, done, other))
      ? [node]
      : [],
  )
}

/** The same graph with its arrows turned: what must go before a node may be deleted. */
export function reversed(graph: Graph): Graph {
  const result = new Map<string, Set<string>>()
  for (const node of graph.keys()) result.set(node, new Set())
  for (const [node, dependencies] of graph)
    for (const dependency of dependencies) result.get(dependency)?.add(node)
  return new Map([...result].toReversed())
}

function waitsFor(graph: Graph, done: ReadonlySet<string>, dependency: string): boolean {
  return graph.has(dependency) && !done.has(dependency)
}

function isOnCircle(graph: Graph, start: string): boolean {
  const seen = new Set<string>()
  const pending = [...(graph.get(start) ?? [])]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node === start) return true
    if (seen.has(node)) continue
    seen.add(node)
    pending.push(...(graph.get(node) ?? []))
  }
  return false
}
