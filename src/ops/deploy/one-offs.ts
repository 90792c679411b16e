import { SignalResourceCommand, type StackEvent } from '@aws-sdk/client-cloudformation'
import { messageOf } from '../../base/errors.ts'
import type { OneOffMetadata } from '../../template/metadata.ts'
import { type DeployedOneOff, readSystem } from '../deployed-system.ts'
import { readLogs } from '../logs.ts'
import { startOneOff, untilStopped } from '../one-off.ts'
import { taskIdOf, whyStopped } from '../tasks.ts'
import type { DeployContext, StackDeployment } from './deploy.ts'

export interface OneOffRunner {
  /** To be told every event of the stack. */
  onEvent(event: StackEvent): void
  /** Resolves when no one-off is under way. */
  settled(): Promise<void>
}

/**
 * Runs one-off commands where the template waits for them: when a wait condition begins, its task
 * is run, and the resource is signalled with what became of it.
 */
export function oneOffRunner(deployment: StackDeployment, context: DeployContext): OneOffRunner {
  const expected = metadataOf(deployment)
  const under: Promise<void>[] = []
  const begun = new Set<string>()
  return {
    onEvent: ({ LogicalResourceId: id = '', ResourceStatus }) => {
      if (ResourceStatus !== 'CREATE_IN_PROGRESS' || expected[id] === undefined) return
      if (begun.has(id)) return
      begun.add(id)
      under.push(runAndSignal(deployment, context, id))
    },
    settled: async () => {
      await Promise.all(under)
    },
  }
}

async function runAndSignal(
  deployment: StackDeployment,
  context: DeployContext,
  waitCondition: string,
): Promise<void> {
  const { connection, stackName } = deployment
  let failure: string | undefined
  try {
    const system = await readSystem(connection, deployment.system, deployment.environment)
    const oneOff = system.oneOffs[waitCondition]
    if (oneOff === undefined) throw new Error(`the stack has no one-off ${waitCondition}`)
    failure = await run(deployment, context, oneOff)
  } catch (error) {
    failure = messageOf(error)
  }
  if (failure !== undefined) {
    const name = metadataOf(deployment)[waitCondition]?.name ?? waitCondition
    context.onProgress({ kind: 'one-off', name, taskId: '', status: `failed: ${failure}` })
  }
  const client = await connection.cloudformation()
  await client.send(
    new SignalResourceCommand({
      StackName: stackName,
      LogicalResourceId: waitCondition,
      UniqueId: context.changeSetName,
      Status: failure === undefined ? 'SUCCESS' : 'FAILURE',
    }),
  )
}

/** Resolves to the reason when the command failed. */
async function run(
  { connection }: StackDeployment,
  { onProgress, pause, changeSetName, signal }: DeployContext,
  oneOff: DeployedOneOff,
): Promise<string | undefined> {
  const ecs = await connection.ecs()
  const startedAt = new Date()
  const task = await startOneOff(ecs, {
    cluster: oneOff.cluster,
    taskDefinition: oneOff.taskDefinitionArn,
    container: oneOff.container,
    startedBy: changeSetName,
    network: {
      subnets: [...oneOff.subnets],
      securityGroups: [...oneOff.securityGroups],
      assignPublicIp: oneOff.assignPublicIp ? 'ENABLED' : 'DISABLED',
    },
  })
  const taskId = taskIdOf(task)
  const result = await untilStopped(
    ecs,
    { cluster: oneOff.cluster, task, container: oneOff.container },
    {
      pause,
      ...(signal === undefined ? {} : { signal }),
      onChange: ({ lastStatus }) =>
        onProgress({ kind: 'one-off', name: oneOff.name, taskId, status: lastStatus ?? '' }),
    },
  )
  const lines = await readLogs(connection, { logGroups: oneOff.logGroups, since: startedAt })
  for (const line of lines.filter((each) => each.taskId === taskId)) {
    onProgress({ kind: 'one-off-log', name: oneOff.name, line: line.message })
  }
  return result.exitCode === 0 ? undefined : whyStopped(result.task)
}

function metadataOf({ template }: StackDeployment): Readonly<Record<string, OneOffMetadata>> {
  return template.Metadata?.Longshore?.oneOffs ?? {}
}
