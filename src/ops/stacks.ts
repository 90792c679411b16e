import {
  type CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateSummaryCommand,
  paginateDescribeStacks,
  type Stack,
} from '@aws-sdk/client-cloudformation'
import { LongshoreError } from '../base/errors.ts'
import type { Connection } from './connection.ts'

/** The stack of that name, or undefined when there is none. */
export async function findStack(
  client: CloudFormationClient,
  stackName: string,
): Promise<Stack | undefined> {
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stackName }))
    return Stacks?.[0]
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined
    throw error
  }
}

/** Every stack that Longshore made here, by the tag that it gives them. */
export async function longshoreStacks(connection: Connection): Promise<Stack[]> {
  const client = await connection.cloudformation()
  const stacks: Stack[] = []
  for await (const page of paginateDescribeStacks({ client }, {})) {
    stacks.push(...(page.Stacks ?? []).filter((stack) => tagOf(stack, 'longshore:system')))
  }
  return stacks
}

export function tagOf(stack: Stack, key: string): string | undefined {
  return stack.Tags?.find(({ Key }) => Key === key)?.Value
}

/** The `Metadata` section of a deployed stack's template. */
export async function stackMetadata(
  connection: Connection,
  stackName: string,
): Promise<Record<string, unknown>> {
  const client = await connection.cloudformation()
  try {
    const summary = await client.send(new GetTemplateSummaryCommand({ StackName: stackName }))
    return summary.Metadata === undefined
      ? {}
      : (JSON.parse(summary.Metadata) as Record<string, unknown>)
  } catch (error) {
    if (!(error instanceof Error) || !/does not exist/.test(error.message)) throw error
    throw new LongshoreError('not-deployed', `there is no stack ${stackName}`, {
      place: connection.endpoint ?? `AWS, ${connection.region}`,
      next: 'Deploy it first: longshore up.',
      cause: error,
    })
  }
}
