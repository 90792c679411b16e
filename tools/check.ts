/**
 * `npm run check`: types, lint, format and the fast tests, side by side. Prints what failed, and
 * how long each took.
 */
import { spawn } from 'node:child_process'

interface Step {
  name: string
  command: readonly string[]
}

const STEPS: readonly Step[] = [
  { name: 'types', command: ['tsc', '--noEmit'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings', '.'] },
  { name: 'format', command: ['oxfmt', '--check', '.'] },
  { name: 'fast tests', command: ['vitest', 'run', '--project', 'fast', '--reporter=minimal'] },
]

const results = await Promise.all(STEPS.map(run))
for (const { step, output, code, seconds } of results) {
  if (code !== 0) process.stdout.write(`\n${output}\n`)
  process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${step.name} (${seconds} s)\n`)
}
process.exitCode = results.some(({ code }) => code !== 0) ? 1 : 0

async function run(step: Step) {
  const [program = '', ...args] = step.command
  const started = performance.now()
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  })
  let output = ''
  const keep = (chunk: Buffer): void => {
    output += chunk.toString()
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const code = await new Promise<number | null>((resolve) => {
    child.on('close', resolve)
    child.on('error', (error) => {
      output += error.message
      resolve(1)
    })
  })
  return { step, output, code, seconds: ((performance.now() - started) / 1000).toFixed(1) }
}
