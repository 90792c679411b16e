/**
 * A process that is an engine:
 * `node src/engine/main.ts --data-dir DIR --port PORT --pace FACTOR --runtime NAME`.
 * Writes `engine.json` into its data directory once it answers, and logs JSON lines to stdout. When
 * it cannot start, the last line of stderr is a JSON object that says why.
 */
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { complaintOf } from './complaint.ts'
import { prepareDataDir } from './data-dir.ts'

const DEFAULT_PACE = 10

const { values } = parseArgs({
  options: {
    'data-dir': { type: 'string', default: join(process.cwd(), '.longshore', 'engine') },
    port: { type: 'string', default: '4566' },
    pace: { type: 'string', default: String(DEFAULT_PACE) },
    runtime: { type: 'string', default: 'auto' },
  },
})

try {
  prepareDataDir(values['data-dir'])
  // Everything else is loaded through the cache: a second start is three times faster.
  enableCompileCache(join(values['data-dir'], 'compile-cache'))
  const { runEngine } = await import('./engine-process.ts')
  await runEngine({
    dataDir: values['data-dir'],
    port: Number(values.port),
    pace: Number(values.pace),
    runtime: values.runtime,
    searchPath: process.env['PATH'] ?? '',
    environment: process.env,
  })
  process.exit(0)
} catch (error) {
  process.stderr.write(`${complaintOf(error)}\n`)
  process.exit(1)
}
