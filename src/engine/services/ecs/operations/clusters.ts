import type {
  Cluster,
  CreateClusterCommandInput,
  DeleteClusterCommandInput,
  DescribeCapacityProvidersCommandInput,
  DescribeClustersCommandInput,
  ListClustersCommandInput,
  PutClusterCapacityProvidersCommandInput,
  UpdateClusterCommandInput,
  UpdateClusterSettingsCommandInput,
} from '@aws-sdk/client-ecs'
import { lastPart } from '../../../../aws/arn.ts'
import { AwsError } from '../../../aws-error.ts'
import { isPending, type TaskStatus } from '../../../lifecycle/task-status.ts'
import type { Call, OperationTable } from '../../service.ts'
import { type EcsState, missing, tagList, tagRecord } from '../ecs-state.ts'
import { invalidParameter } from '../errors.ts'
import { checkProviders, checkStrategy } from '../launch-choice.ts'
import { page } from '../page.ts'
import type { ClusterRecord } from '../records.ts'
import { insightsByDefault } from './settings.ts'

const NAME = /^[\w-]{1,255}$/
const DESCRIBE_LIMIT = 100
const PROVIDERS = ['FARGATE', 'FARGATE_SPOT']

export function clusterOperations(state: EcsState): OperationTable {
  return {
    CreateCluster: (input: CreateClusterCommandInput, call: Call) => {
      const name = input.clusterName ?? 'default'
      if (!NAME.test(name)) throw invalidParameter(`Invalid cluster name: ${name}`)
      const known = state.findCluster(call.region, name)
      // CreateCluster is idempotent by name.
      if (known !== undefined) return { cluster: describe(state, known) }
      checkProviders(input.capacityProviders ?? [])
      checkStrategy(input.defaultCapacityProviderStrategy ?? [])
      return putCluster(state, {
        region: call.region,
        name,
        arn: state.arn(call, `cluster/${name}`),
        status: 'ACTIVE',
        settings: input.settings ?? [
          { name: 'containerInsights', value: insightsByDefault(state.context, call.region) },
        ],
        configuration: input.configuration,
        capacityProviders: input.capacityProviders ?? [],
        strategy: input.defaultCapacityProviderStrategy ?? [],
        serviceConnectNamespace: input.serviceConnectDefaults?.namespace,
        tags: tagRecord(input.tags),
      })
    },
    DescribeClusters: (input: DescribeClustersCommandInput, call: Call) => {
      const asked = input.clusters ?? ['default']
      if (asked.length > DESCRIBE_LIMIT) {
        throw invalidParameter('Clusters can have at most 100 items.')
      }
      const found = asked.map((name) => ({ name, cluster: state.findCluster(call.region, name) }))
      return {
        clusters: found.flatMap(({ cluster }) => (cluster ? [describe(state, cluster)] : [])),
        failures: found
          .filter(({ cluster }) => cluster === undefined)
          .map(({ name }) => missing(state.arn(call, `cluster/${lastPart(name)}`))),
      }
    },
    ListClusters: (input: ListClustersCommandInput, call: Call) => {
      const arns = [...state.clusters.values()]
        .filter(({ region, status }) => region === call.region && status === 'ACTIVE')
        .map(({ arn }) => arn)
      const { items, nextToken } = page(arns, input)
      return { clusterArns: items, nextToken }
    },
    DeleteCluster: (input: DeleteClusterCommandInput, call: Call) => {
      const cluster = state.cluster(call, input.cluster)
      const holds = (what: string, held: boolean): void => {
        if (!held) return
        throw new AwsError(
          `ClusterContains${what}Exception`,
          `The Cluster cannot be deleted while ${what} are active.`,
        )
      }
      holds(
        'Services',
        state.servicesIn(cluster).some(({ status }) => status !== 'INACTIVE'),
      )
      holds(
        'Tasks',
        state.tasksIn(cluster).some(({ lastStatus }) => lastStatus !== 'STOPPED'),
      )
      state.clusters.delete(`${call.region}/${cluster.name}`)
      state.forgetCluster(cluster)
      return { cluster: { ...describe(state, cluster), status: 'INACTIVE' } }
    },
    ...updateOperations(state),
  }
}

function updateOperations(state: EcsState): OperationTable {
  return {
    UpdateCluster: (input: UpdateClusterCommandInput, call: Call) => {
      const cluster = state.cluster(call, input.cluster)
      return putCluster(state, {
        ...cluster,
        settings: input.settings ?? cluster.settings,
        configuration: input.configuration ?? cluster.configuration,
        serviceConnectNamespace:
          input.serviceConnectDefaults?.namespace ?? cluster.serviceConnectNamespace,
      })
    },
    UpdateClusterSettings: (input: UpdateClusterSettingsCommandInput, call: Call) =>
      putCluster(state, { ...state.cluster(call, input.cluster), settings: input.settings ?? [] }),
  }
}

/** FARGATE and FARGATE_SPOT, of which a cluster may have a default strategy (CP1). */
export function capacityProviderOperations(state: EcsState): OperationTable {
  return {
    PutClusterCapacityProviders: (input: PutClusterCapacityProvidersCommandInput, call: Call) => {
      checkProviders(input.capacityProviders ?? [])
      checkStrategy(input.defaultCapacityProviderStrategy ?? [])
      return putCluster(state, {
        ...state.cluster(call, input.cluster),
        capacityProviders: input.capacityProviders ?? [],
        strategy: input.defaultCapacityProviderStrategy ?? [],
      })
    },
    DescribeCapacityProviders: (input: DescribeCapacityProvidersCommandInput, call: Call) => ({
      capacityProviders: PROVIDERS.filter(
        (name) => input.capacityProviders?.some((asked) => lastPart(asked) === name) ?? true,
      ).map((name) => ({
        capacityProviderArn: state.arn(call, `capacity-provider/${name}`),
        name,
        status: 'ACTIVE' as const,
      })),
      failures: (input.capacityProviders ?? [])
        .filter((name) => !PROVIDERS.includes(lastPart(name)))
        .map(missing),
    }),
  }
}

function putCluster(state: EcsState, cluster: ClusterRecord): { cluster: Cluster } {
  state.clusters.put(`${cluster.region}/${cluster.name}`, cluster)
  return { cluster: describe(state, cluster) }
}

function describe(state: EcsState, cluster: ClusterRecord): Cluster {
  const tasks = state.tasksIn(cluster)
  const count = (matches: (status: TaskStatus) => boolean): number =>
    tasks.filter(({ lastStatus }) => matches(lastStatus)).length
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: count((status) => status === 'RUNNING'),
    pendingTasksCount: count(isPending),
    activeServicesCount: state.servicesIn(cluster).filter(({ status }) => status === 'ACTIVE')
      .length,
    statistics: [],
    settings: [...cluster.settings],
    ...(cluster.configuration === undefined ? {} : { configuration: cluster.configuration }),
    capacityProviders: [...cluster.capacityProviders],
    defaultCapacityProviderStrategy: [...cluster.strategy],
    ...(cluster.serviceConnectNamespace === undefined
      ? {}
      : { serviceConnectDefaults: { namespace: cluster.serviceConnectNamespace } }),
    tags: tagList(cluster.tags),
  }
}
