import { LongshoreError } from '../../base/errors.ts'
import { followLogs } from '../../ops/logs.ts'
import { pause } from '../../ops/pause.ts'
import { runInService } from '../../ops/run.ts'
import { taskIdOf, whyStopped } from '../../ops/tasks.ts'
import { type Command, SYSTEM_OPTIONS } from '../command.ts'
import { printJson, say } from '../streams.ts'
import { openSystem } from '../target.ts'
import { lineWriter } from './logs.ts'

export const run: Command = {
  name: 'run',
  summary: "run a command once, in a new task of a service's own image, network and secrets",
  positionals: [
    { name: 'SERVICE', summary: 'the service', required: true },
    { name: 'COMMAND', summary: "what to run; its exit code is this command's", rest: true },
  ],
  options: {
    container: { type: 'string', value: 'NAME', summary: 'the container (default: the main one)' },
    detach: { type: 'boolean', short: 'd', summary: 'do not wait for its end' },
    ...SYSTEM_OPTIONS,
  },
  examples: [
    { command: 'longshore run api -- node src/migrate.ts', does: 'a migration, by hand' },
    {
      command: 'longshore run api --detach -- node src/reindex.ts',
      does: 'prints the task and returns',
    },
  ],
  async run(call) {
    const system = await openSystem(call)
    const service = system.service(call.positionals[0] ?? '')
    const container = call.value('container') ?? service.containers[0] ?? ''
    if (call.rest.length === 0) {
      throw new LongshoreError('usage', 'there is nothing to run', {
        place: 'COMMAND',
        next: 'Put the command after "--".',
        exitCode: 2,
      })
    }
    if (!service.containers.includes(container)) {
      throw new LongshoreError('no-container', `${service.name} has no container "${container}"`, {
        next: `It has: ${service.containers.join(', ')}.`,
        exitCode: 2,
      })
    }
    const startedAt = new Date()
    const running = await runInService(system.connection, service, {
      container,
      command: call.rest,
      pause,
      onStatus: (task) => say(call.streams, `task ${taskIdOf(task)}  ${task.lastStatus ?? ''}`),
    })
    const taskId = taskIdOf(running.task)
    if (call.flag('detach')) {
      if (call.json) printJson(call.streams, { taskId })
      return 0
    }
    const ended = new AbortController()
    // With --json, stdout belongs to the one value; what the program prints goes to stderr.
    const { streams } = call
    const write = lineWriter({
      ...call,
      json: false,
      streams: call.json ? { ...streams, stdout: streams.stderr } : streams,
    })
    const following = followLogs(
      system.connection,
      { logGroups: service.logGroups, since: startedAt, container },
      {
        pause,
        signal: AbortSignal.any([ended.signal, call.interrupted]),
        onLine: (line) => {
          if (line.taskId === taskId) write(line)
        },
      },
    )
    const { task, exitCode } = await running.ended
    // One more look, for what was written last.
    await pause(700)
    ended.abort()
    await following
    if (call.json) printJson(call.streams, { taskId, exitCode, reason: whyStopped(task) })
    if (exitCode === undefined) {
      throw new LongshoreError('task-failed', whyStopped(task), { place: `task ${taskId}` })
    }
    return exitCode
  },
}
