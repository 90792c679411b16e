import type { Graph } from '../template/graph.ts'
import { readyNodes } from '../template/graph.ts'

/**
 * Runs every node as soon as the nodes that it depends on are done, as many at a time as there
 * are. A node that fails (answers false) keeps back those that depend on it; with `stopOnFailure`
 * nothing new begins any more. Answers when nothing runs and nothing can begin.
 */
export async function runGraph(
  graph: Graph,
  run: (node: string) => Promise<boolean>,
  options: { stopOnFailure: boolean; signal?: AbortSignal },
): Promise<{ failed: string[]; skipped: string[] }> {
  const started = new Set<string>()
  const done = new Set<string>()
  const failed: string[] = []
  const isStopped = (): boolean =>
    options.signal?.aborted === true || (options.stopOnFailure && failed.length > 0)
  await new Promise<void>((resolve, reject) => {
    let running = 0
    const advance = (): void => {
      if (!isStopped()) for (const node of readyNodes(graph, started, done)) begin(node)
      if (running === 0) resolve()
    }
    const begin = (node: string): void => {
      started.add(node)
      running += 1
      run(node)
        .then((isDone) => {
          running -= 1
          if (isDone) done.add(node)
          else failed.push(node)
          return advance()
        })
        .catch(reject)
    }
    advance()
  })
  return { failed, skipped: [...graph.keys()].filter((node) => !started.has(node)) }
}
