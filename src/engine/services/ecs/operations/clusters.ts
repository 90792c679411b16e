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
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable } from '../../service.ts'
import { type EcsState, missing, page, tagList, tagRecord } from '../ecs-state.ts'
import { invalidParameter } from '../errors.ts'
import type { ClusterRecord } from '../records.ts'
import { lastPart } from '../../../../aws/arn.ts'

const NAME = /^[\w-]{1,255}$/
const PROVIDERS = ['FARGATE', 'FARGATE_SPOT']

export function clusterOperations(state: EcsState): OperationTable {
  const put = (call: Call, cluster: ClusterRecord) => {
    state.clusters.put(`${call.region}/${cluster.name}`, cluster)
    return { cluster: describe(state, cluster) }
  }
  return {
    CreateCluster: (input: CreateClusterCommandInput, call: Call) => {
      const name = input.clusterName ?? 'default'
      if (!NAME.test(name)) throw invalidParameter(`Invalid cluster name: ${name}`)
      const known = state.findCluster(call.region, name)
      // CreateCluster is idempotent by name.
      if (known !== undefined) return { cluster: describe(state, known) }
      checkProviders(input.capacityProviders)
      return put(call, {
        region: call.region,
        name,
        arn: state.arn(call, `cluster/${name}`),
        status: 'ACTIVE',
        settings: input.settings ?? [{ name: 'containerInsights', value: 'disabled' }],
        configuration: input.configuration,
        capacityProviders: input.capacityProviders ?? [],
        strategy: input.defaultCapacityProviderStrategy ?? [],
        serviceConnectNamespace: input.serviceConnectDefaults?.namespace,
        tags: tagRecord(input.tags),
      })
    },
    DescribeClusters: (input: DescribeClustersCommandInput, call: Call) => {
      const asked = input.clusters ?? ['default']
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
      const { items, nextToken } = page(arns, input.nextToken, input.maxResults ?? 100)
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
        inCluster(state.services.values(), cluster).some((s) => s.status === 'ACTIVE'),
      )
      holds(
        'Tasks',
        inCluster(state.tasks.values(), cluster).some((t) => t.lastStatus !== 'STOPPED'),
      )
      state.clusters.delete(`${call.region}/${cluster.name}`)
      for (const task of inCluster(state.tasks.values(), cluster)) {
        state.tasks.delete(`${task.region}/${task.cluster}/${task.id}`)
      }
      return { cluster: { ...describe(state, cluster), status: 'INACTIVE' } }
    },
    ...settingOperations(state, put),
  }
}

type Put = (call: Call, cluster: ClusterRecord) => { cluster: Cluster }

function settingOperations(state: EcsState, put: Put): OperationTable {
  return {
    UpdateCluster: (input: UpdateClusterCommandInput, call: Call) => {
      const cluster = state.cluster(call, input.cluster)
      return put(call, {
        ...cluster,
        settings: input.settings ?? cluster.settings,
        configuration: input.configuration ?? cluster.configuration,
        serviceConnectNamespace:
          input.serviceConnectDefaults?.namespace ?? cluster.serviceConnectNamespace,
      })
    },
    UpdateClusterSettings: (input: UpdateClusterSettingsCommandInput, call: Call) =>
      put(call, { ...state.cluster(call, input.cluster), settings: input.settings ?? [] }),
    PutClusterCapacityProviders: (input: PutClusterCapacityProvidersCommandInput, call: Call) => {
      checkProviders(input.capacityProviders)
      return put(call, {
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

function checkProviders(names: readonly string[] | undefined): void {
  const unknown = names?.find((name) => !PROVIDERS.includes(name))
  if (unknown === undefined) return
  throw invalidParameter(
    `The specified capacity provider ${unknown} was not found. Specify a valid name or ARN and try again.`,
  )
}

function inCluster<T extends { region: string; cluster: string }>(
  records: Iterable<T>,
  { region, name }: ClusterRecord,
): T[] {
  return [...records].filter((record) => record.region === region && record.cluster === name)
}

function describe(state: EcsState, cluster: ClusterRecord): Cluster {
  const tasks = inCluster(state.tasks.values(), cluster)
  const count = (matches: (status: string) => boolean): number =>
    tasks.filter(({ lastStatus }) => matches(lastStatus)).length
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: count((status) => status === 'RUNNING'),
    pendingTasksCount: count((status) => /PENDING|PROVISIONING|ACTIVATING/.test(status)),
    activeServicesCount: inCluster(state.services.values(), cluster).filter(
      ({ status }) => status === 'ACTIVE',
    ).length,
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
