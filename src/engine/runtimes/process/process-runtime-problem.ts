import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { probe } from './probe.ts'
import { removeTree } from './remove-tree.ts'
import { findTools } from './tools.ts'

/** Why tasks cannot run as processes on this machine, and what helps; undefined when they can. */
export async function processRuntimeProblem(searchPath: string): Promise<string | undefined> {
  const directory = mkdtempSync(join(tmpdir(), 'longshore-probe-'))
  try {
    return (await probe(findTools(searchPath), directory)).problem
  } finally {
    removeTree(directory)
  }
}
