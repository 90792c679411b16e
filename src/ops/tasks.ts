import {
  DescribeTasksCommand,
  type ECSClient,
  paginateListTasks,
  type Task,
} from '@aws-sdk/client-ecs'

const DESCRIBE_LIMIT = 100

/** A service's tasks, or a cluster's: those that run, or those that stopped within the hour. */
export async function listTasks(
  client: ECSClient,
  of: { cluster: string; service?: string; startedBy?: string },
  desiredStatus: 'RUNNING' | 'STOPPED' = 'RUNNING',
): Promise<Task[]> {
  const arns: string[] = []
  const input = {
    cluster: of.cluster,
    desiredStatus,
    ...(of.service === undefined ? {} : { serviceName: of.service }),
    ...(of.startedBy === undefined ? {} : { startedBy: of.startedBy }),
  }
  for await (const page of paginateListTasks({ client }, input)) arns.push(...(page.taskArns ?? []))
  return describeTasks(client, of.cluster, arns)
}

export async function describeTasks(
  client: ECSClient,
  cluster: string,
  arns: readonly string[],
): Promise<Task[]> {
  const tasks: Task[] = []
  for (let i = 0; i < arns.length; i += DESCRIBE_LIMIT) {
    const page = await client.send(
      new DescribeTasksCommand({ cluster, tasks: arns.slice(i, i + DESCRIBE_LIMIT) }),
    )
    tasks.push(...(page.tasks ?? []))
  }
  return tasks
}

/** The last part of a task's ARN, which people know it by. */
export function taskIdOf(task: Pick<Task, 'taskArn'>): string {
  return task.taskArn?.split('/').at(-1) ?? ''
}

/** Why a task stopped: its own reason, else its containers' reasons and exit codes. */
export function whyStopped(task: Task): string {
  const containers = (task.containers ?? [])
    .map(({ name, reason, exitCode }) => {
      const said = [exitCode === undefined ? '' : `exit code ${exitCode}`, reason ?? '']
      const text = said.filter((part) => part !== '').join(', ')
      return text === '' ? '' : `${name ?? ''}: ${text}`
    })
    .filter((text) => text !== '')
  return [task.stoppedReason ?? 'stopped', ...containers].join('; ')
}
