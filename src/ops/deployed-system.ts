import { DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation'
import { LongshoreError } from '../base/errors.ts'
import type {
  OneOffMetadata,
  RouteMetadata,
  SecretMetadata,
  TemplateMetadata,
} from '../template/metadata.ts'
import type { Connection } from './connection.ts'
import { findStack, stackMetadata } from './stacks.ts'

/** A system as it stands in an account: its stack, read through the stack's own metadata. */
export interface DeployedSystem {
  readonly name: string
  readonly environment: string
  readonly stackName: string
  readonly stackStatus: string
  readonly connection: Connection
  readonly services: readonly DeployedService[]
  readonly oneOffs: Readonly<Record<string, DeployedOneOff>>
  readonly secrets: readonly DeployedSecret[]
  readonly outputs: Readonly<Record<string, string>>
  /** The service of that name; a user's mistake names those that there are. */
  service(name: string): DeployedService
  output(name: string): string
}

export interface DeployedService {
  /** As the definition calls it. */
  readonly name: string
  readonly cluster: string
  /** As ECS calls it. */
  readonly serviceName: string
  readonly containers: readonly string[]
  readonly logGroups: readonly string[]
  readonly routes: readonly DeployedRoute[]
}

export interface DeployedRoute extends Omit<RouteMetadata, 'loadBalancer' | 'listener'> {
  readonly loadBalancerArn: string
  readonly listenerArn: string
}

export interface DeployedOneOff extends Omit<OneOffMetadata, 'cluster' | 'taskDefinition'> {
  readonly cluster: string
  readonly taskDefinitionArn: string
}

export interface DeployedSecret extends Omit<SecretMetadata, 'secret' | 'secretId'> {
  readonly name: string
  readonly secretId: string
}

export function stackNameOf(system: string, environment: string): string {
  return `${system}-${environment}`
}

/** Reads a deployed system. Rejects with `not-deployed` when there is none. */
export async function readSystem(
  connection: Connection,
  name: string,
  environment: string,
): Promise<DeployedSystem> {
  const stackName = stackNameOf(name, environment)
  const metadata = await longshoreMetadata(connection, stackName)
  const [physical, stack] = await Promise.all([
    physicalIds(connection, stackName),
    connection.cloudformation().then((client) => findStack(client, stackName)),
  ])
  const id = (logicalId: string): string => physical.get(logicalId) ?? logicalId
  const services = Object.entries(metadata.services)
    .filter(([, { service }]) => physical.has(service))
    .map(([serviceName, service]) => ({
      name: serviceName,
      cluster: id(service.cluster),
      serviceName: lastPart(id(service.service)),
      containers: service.containers,
      logGroups: service.logGroups.map(id),
      routes: service.routes.map((route) => ({
        ...route,
        loadBalancerArn: id(route.loadBalancer),
        listenerArn: id(route.listener),
      })),
    }))
  const outputs = Object.fromEntries(
    (stack?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [
      OutputKey ?? '',
      OutputValue ?? '',
    ]),
  )
  return {
    name,
    environment,
    stackName,
    stackStatus: stack?.StackStatus ?? 'DELETE_COMPLETE',
    connection,
    services,
    oneOffs: deployedOneOffs(metadata, id),
    secrets: Object.entries(metadata.secrets).map(
      ([secretName, { secret, secretId, ...more }]) => ({
        ...more,
        name: secretName,
        secretId: secretId ?? id(secret ?? secretName),
      }),
    ),
    outputs,
    service: (wanted) => pick(services, wanted, stackName),
    output: (wanted) => pickOutput(outputs, wanted, stackName),
  }
}

async function longshoreMetadata(
  connection: Connection,
  stackName: string,
): Promise<TemplateMetadata> {
  const { Longshore } = await stackMetadata(connection, stackName)
  if (Longshore !== undefined) return Longshore as TemplateMetadata
  throw new LongshoreError('not-longshore', `the stack ${stackName} was not made by Longshore`, {
    place: stackName,
    next: 'Give the system another name, or remove that stack.',
  })
}

async function physicalIds(
  connection: Connection,
  stackName: string,
): Promise<ReadonlyMap<string, string>> {
  const client = await connection.cloudformation()
  const { StackResources } = await client.send(
    new DescribeStackResourcesCommand({ StackName: stackName }),
  )
  return new Map(
    (StackResources ?? []).flatMap(({ LogicalResourceId, PhysicalResourceId }) =>
      LogicalResourceId === undefined || PhysicalResourceId === undefined
        ? []
        : [[LogicalResourceId, PhysicalResourceId] as const],
    ),
  )
}

function deployedOneOffs(
  metadata: TemplateMetadata,
  id: (logicalId: string) => string,
): Record<string, DeployedOneOff> {
  return Object.fromEntries(
    Object.entries(metadata.oneOffs).map(([waitCondition, { taskDefinition, ...oneOff }]) => [
      waitCondition,
      {
        ...oneOff,
        cluster: id(oneOff.cluster),
        taskDefinitionArn: id(taskDefinition),
        logGroups: oneOff.logGroups.map(id),
        subnets: oneOff.subnets.map(id),
        securityGroups: oneOff.securityGroups.map(id),
      },
    ]),
  )
}

function pick(
  services: readonly DeployedService[],
  wanted: string,
  stackName: string,
): DeployedService {
  const found = services.find(({ name, serviceName }) => name === wanted || serviceName === wanted)
  if (found !== undefined) return found
  throw new LongshoreError('no-service', `${stackName} has no service "${wanted}"`, {
    next: `It has: ${services.map(({ name }) => name).join(', ') || 'none'}.`,
    exitCode: 2,
  })
}

function pickOutput(
  outputs: Readonly<Record<string, string>>,
  wanted: string,
  stackName: string,
): string {
  const found = outputs[wanted]
  if (found !== undefined) return found
  throw new LongshoreError('no-output', `${stackName} has no output "${wanted}"`, {
    next: `It has: ${Object.keys(outputs).join(', ') || 'none'}.`,
    exitCode: 2,
  })
}

/** A service's physical id is its ARN on AWS. */
function lastPart(arn: string): string {
  return arn.split('/').at(-1) ?? arn
}
