/**
 * `npm test`: everything. First `check`, then the tests with real processes, databases and clients.
 * Arguments go to the slow tests (`npm test -- conformance/templates`).
 */
import { spawnSync } from 'node:child_process'

const run = (program: string, args: readonly string[]): number =>
  spawnSync(program, args, { stdio: 'inherit' }).status ?? 1

const check = run(process.execPath, ['tools/check.ts'])
const slow = run('vitest', ['run', '--project', 'slow', ...process.argv.slice(2)])
process.exitCode = check === 0 && slow === 0 ? 0 : 1
