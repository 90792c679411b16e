import type { Command } from './command.ts'

/**
 * Every command, in the order of the help. Each is loaded when it is asked for: `--help` of one
 * must not pay for the AWS clients of another.
 */
export const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['up', async () => (await import('./commands/up.ts')).up],
  ['down', async () => (await import('./commands/down.ts')).down],
  ['status', async () => (await import('./commands/status.ts')).status],
  ['logs', async () => (await import('./commands/logs.ts')).logs],
  ['exec', async () => (await import('./commands/exec.ts')).exec],
  ['run', async () => (await import('./commands/run.ts')).run],
  ['scale', async () => (await import('./commands/scale.ts')).scale],
  ['events', async () => (await import('./commands/events.ts')).events],
  ['outputs', async () => (await import('./commands/outputs.ts')).outputs],
  ['secrets list', async () => (await import('./commands/secrets.ts')).secretsList],
  ['secrets get', async () => (await import('./commands/secrets.ts')).secretsGet],
  ['secrets set', async () => (await import('./commands/secrets.ts')).secretsSet],
  ['secrets rotate', async () => (await import('./commands/secrets.ts')).secretsRotate],
  ['template', async () => (await import('./commands/template.ts')).template],
  ['engine start', async () => (await import('./commands/engine.ts')).engineStart],
  ['engine stop', async () => (await import('./commands/engine.ts')).engineStop],
  ['engine status', async () => (await import('./commands/engine.ts')).engineStatus],
  ['engine reset', async () => (await import('./commands/engine.ts')).engineReset],
])
