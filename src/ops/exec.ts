import { DescribeTasksCommand, ExecuteCommandCommand } from '@aws-sdk/client-ecs'
import { LongshoreError } from '../base/errors.ts'
import type { Connection } from './connection.ts'
import type { DeployedService } from './deployed-system.ts'
import { listTasks, taskIdOf } from './tasks.ts'

export interface ExecTarget {
  readonly service: DeployedService
  readonly container: string
  /** A task's id or its beginning; undefined: the youngest running one. */
  readonly task: string | undefined
  readonly command: readonly string[]
}

/** Where the session's data channel is, and what opens it. */
export interface ExecSession {
  readonly taskId: string
  readonly streamUrl: string
  readonly tokenValue: string
}

/** Asks ECS for a session in a container of a running task. */
export async function openExec(connection: Connection, target: ExecTarget): Promise<ExecSession> {
  const ecs = await connection.ecs()
  const { cluster, serviceName } = target.service
  const tasks = (await listTasks(ecs, { cluster, service: serviceName }))
    .filter(({ lastStatus }) => lastStatus === 'RUNNING')
    .filter((task) => taskIdOf(task).startsWith(target.task ?? ''))
    .toSorted((a, b) => (b.startedAt?.getTime() ?? 0) - (a.startedAt?.getTime() ?? 0))
  const taskArn = tasks[0]?.taskArn
  if (taskArn === undefined) {
    throw new LongshoreError('no-task', `${target.service.name} has no such running task`, {
      place: target.task ?? cluster,
      next: 'See "longshore status".',
    })
  }
  await checkContainer(connection, { cluster, taskArn, container: target.container })
  const { session } = await ecs.send(
    new ExecuteCommandCommand({
      cluster,
      task: taskArn,
      container: target.container,
      command: target.command.map(shellQuote).join(' '),
      interactive: true,
    }),
  )
  return {
    taskId: taskArn.split('/').at(-1) ?? '',
    streamUrl: session?.streamUrl ?? '',
    tokenValue: session?.tokenValue ?? '',
  }
}

async function checkContainer(
  connection: Connection,
  { cluster, taskArn, container }: { cluster: string; taskArn: string; container: string },
): Promise<void> {
  const ecs = await connection.ecs()
  const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [taskArn] }))
  const names = tasks?.[0]?.containers?.map(({ name }) => name ?? '') ?? []
  if (names.includes(container)) return
  throw new LongshoreError('no-container', `the task has no container "${container}"`, {
    place: taskArn,
    next: `It has: ${names.join(', ')}.`,
    exitCode: 2,
  })
}

/** ECS takes the command as one string and splits it as a shell does. */
export function shellQuote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
