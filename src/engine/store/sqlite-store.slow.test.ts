import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { openStore } from './sqlite-store.ts'

/** Writes without end, and tells each number once it is durable. */
const WRITER = `
  import { openStore } from '${new URL('sqlite-store.ts', import.meta.url).href}'
  const store = openStore(process.argv[1])
  const numbers = store.collection('test/numbers')
  for (let n = 0; ; n++) {
    numbers.put(String(n), { n })
    await store.durable()
    process.stdout.write(n + '\\n')
  }
`

test('keeps everything that was durable when its process is killed', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'longshore-store-'))
  const file = join(directory, 'state.sqlite')
  try {
    for (let round = 0; round < 3; round++) {
      const last = await killAfter(file, 500 * (round + 1))
      const store = openStore(file)
      const numbers = store.collection<{ n: number }>('test/numbers')
      for (let n = 0; n <= last; n++) expect(numbers.get(String(n))).toEqual({ n })
      await store.close()
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})

/** Runs the writer, kills it in the middle, and returns the last number that it called durable. */
async function killAfter(file: string, count: number): Promise<number> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', WRITER, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let last = -1
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line)
    if (last >= count) child.kill('SIGKILL')
  }
  return last
}
