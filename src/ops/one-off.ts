import {
  type AwsVpcConfiguration,
  type ContainerOverride,
  type ECSClient,
  RunTaskCommand,
  type Task,
} from '@aws-sdk/client-ecs'
import { LongshoreError } from '../base/errors.ts'
import type { Pause } from './pause.ts'
import { describeTasks } from './tasks.ts'

const LOOK_INTERVAL_MS = 300

/** A task that runs once and ends. */
export interface OneOff {
  readonly cluster: string
  readonly taskDefinition: string
  /** The container whose exit code counts. */
  readonly container: string
  readonly network: AwsVpcConfiguration
  /** Replaces the container's command. */
  readonly command?: readonly string[] | undefined
  readonly environment?: Readonly<Record<string, string>> | undefined
  readonly startedBy: string
}

export interface OneOffResult {
  readonly task: Task
  /** Undefined when the container never started. */
  readonly exitCode: number | undefined
}

/** Starts the task; rejects when ECS cannot place it. */
export async function startOneOff(client: ECSClient, oneOff: OneOff): Promise<Task> {
  const override: ContainerOverride = {
    name: oneOff.container,
    ...(oneOff.command === undefined ? {} : { command: [...oneOff.command] }),
    ...(oneOff.environment === undefined
      ? {}
      : {
          environment: Object.entries(oneOff.environment).map(([name, value]) => ({ name, value })),
        }),
  }
  const { tasks, failures } = await client.send(
    new RunTaskCommand({
      cluster: oneOff.cluster,
      taskDefinition: oneOff.taskDefinition,
      launchType: 'FARGATE',
      startedBy: oneOff.startedBy,
      enableExecuteCommand: true,
      networkConfiguration: { awsvpcConfiguration: oneOff.network },
      overrides: { containerOverrides: [override] },
    }),
  )
  const task = tasks?.[0]
  if (task !== undefined) return task
  const failure = failures?.[0]
  throw new LongshoreError(
    'task-not-placed',
    `ECS did not start the task: ${failure?.reason ?? ''}`,
    {
      place: oneOff.taskDefinition,
      next: failure?.detail ?? 'See "longshore events".',
    },
  )
}

/** Waits until the task has stopped; `onChange` hears of each new status. */
export async function untilStopped(
  client: ECSClient,
  started: { cluster: string; task: Task; container: string },
  {
    pause,
    onChange,
    signal,
  }: { pause: Pause; onChange?: (task: Task) => void; signal?: AbortSignal },
): Promise<OneOffResult> {
  let last: string | undefined
  for (;;) {
    const [task] = await describeTasks(client, started.cluster, [started.task.taskArn ?? ''])
    if (task === undefined) {
      throw new LongshoreError('task-lost', 'the task is gone', {
        place: started.task.taskArn ?? '',
      })
    }
    if (task.lastStatus !== last) onChange?.(task)
    last = task.lastStatus
    if (last === 'STOPPED') {
      const exitCode = task.containers?.find(({ name }) => name === started.container)?.exitCode
      return { task, exitCode }
    }
    await pause(LOOK_INTERVAL_MS, signal)
    signal?.throwIfAborted()
  }
}
