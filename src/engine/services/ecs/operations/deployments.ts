import type {
  DescribeServiceDeploymentsCommandInput,
  DescribeServiceRevisionsCommandInput,
  ListServiceDeploymentsCommandInput,
  ServiceDeployment,
  StopServiceDeploymentCommandInput,
} from '@aws-sdk/client-ecs'
import { AwsError } from '../../../aws-error.ts'
import { breakerThreshold } from '../../../scheduler/circuit-breaker.ts'
import type { Call, OperationTable } from '../../service.ts'
import { type EcsState, missing } from '../ecs-state.ts'
import type { DeploymentRecord, ServiceRecord } from '../records.ts'
import type { ServiceScheduler } from '../service-scheduler.ts'

/** Service deployments and revisions, told from the deployments that a service still has. */
export function deploymentOperations(state: EcsState, scheduler: ServiceScheduler): OperationTable {
  const find = (arn: string) => {
    const [, cluster = '', name = '', id = ''] =
      /service-(?:deployment|revision)\/([^/]+)\/([^/]+)\/(.+)$/.exec(arn) ?? []
    for (const service of state.services.values()) {
      if (service.cluster !== cluster || service.name !== name) continue
      const deployment = service.deployments.find((each) => each.id.endsWith(id))
      if (deployment !== undefined) return { service, deployment }
    }
    return undefined
  }
  return {
    ListServiceDeployments: (input: ListServiceDeploymentsCommandInput, call: Call) => {
      const service = state.service(state.cluster(call, input.cluster), input.service)
      return {
        serviceDeployments: service.deployments
          .map((deployment) => describe(state, service, deployment))
          .filter(({ status }) => input.status?.includes(status ?? 'PENDING') ?? true)
          .map(({ deploymentConfiguration: _c, ...brief }) => ({
            ...brief,
            targetServiceRevisionArn: brief.targetServiceRevision?.arn,
          })),
      }
    },
    DescribeServiceDeployments: (input: DescribeServiceDeploymentsCommandInput) => {
      const asked = (input.serviceDeploymentArns ?? []).map((arn) => ({ arn, found: find(arn) }))
      return {
        serviceDeployments: asked.flatMap(({ found }) =>
          found === undefined ? [] : [describe(state, found.service, found.deployment)],
        ),
        failures: asked.filter(({ found }) => found === undefined).map(({ arn }) => missing(arn)),
      }
    },
    DescribeServiceRevisions: (input: DescribeServiceRevisionsCommandInput) => {
      const asked = (input.serviceRevisionArns ?? []).map((arn) => ({ arn, found: find(arn) }))
      return {
        serviceRevisions: asked.flatMap(({ arn, found }) =>
          found === undefined
            ? []
            : [
                {
                  serviceRevisionArn: arn,
                  serviceArn: found.service.arn,
                  taskDefinition: found.deployment.taskDefinition,
                  networkConfiguration: found.deployment.network,
                  loadBalancers: [...found.deployment.loadBalancers],
                  platformVersion: '1.4.0',
                  platformFamily: 'Linux',
                  createdAt: new Date(found.deployment.createdAt),
                },
              ],
        ),
        failures: asked.filter(({ found }) => found === undefined).map(({ arn }) => missing(arn)),
      }
    },
    StopServiceDeployment: (input: StopServiceDeploymentCommandInput) => {
      const arn = input.serviceDeploymentArn ?? ''
      const found = find(arn)
      if (found === undefined) {
        throw new AwsError('ServiceDeploymentNotFoundException', 'Service deployment not found.')
      }
      scheduler.stopDeployment(found.service, found.deployment.id)
      return { serviceDeploymentArn: arn }
    },
  }
}

function describe(
  state: EcsState,
  service: ServiceRecord,
  deployment: DeploymentRecord,
): ServiceDeployment {
  const id = deployment.id.replace('ecs-svc/', '')
  const base = service.arn.slice(0, service.arn.indexOf(':service/'))
  const path = `${service.cluster}/${service.name}/${id}`
  const tasks = state.tasksOf(service).filter(({ startedBy }) => startedBy === deployment.id)
  const breaker = service.deploymentConfiguration.deploymentCircuitBreaker
  const threshold = breakerThreshold(breaker, service.desiredCount)
  return {
    serviceDeploymentArn: `${base}:service-deployment/${path}`,
    serviceArn: service.arn,
    clusterArn: state.clusters.get(`${service.region}/${service.cluster}`)?.arn,
    createdAt: new Date(deployment.createdAt),
    startedAt: new Date(deployment.createdAt),
    updatedAt: new Date(deployment.updatedAt),
    status:
      deployment.rolloutState === 'COMPLETED'
        ? 'SUCCESSFUL'
        : deployment.rolloutState === 'FAILED'
          ? 'ROLLBACK_SUCCESSFUL'
          : 'IN_PROGRESS',
    statusReason: deployment.rolloutStateReason,
    targetServiceRevision: {
      arn: `${base}:service-revision/${path}`,
      requestedTaskCount: service.desiredCount,
      runningTaskCount: tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
      pendingTaskCount: tasks.filter(({ lastStatus }) => /PEND|PROV|ACTIV/.test(lastStatus)).length,
    },
    deploymentConfiguration: service.deploymentConfiguration,
    ...(threshold === undefined
      ? {}
      : {
          deploymentCircuitBreaker: {
            status:
              deployment.rolloutState === 'FAILED'
                ? 'TRIGGERED'
                : deployment.rolloutState === 'COMPLETED'
                  ? 'MONITORING_COMPLETE'
                  : 'MONITORING',
            failureCount: deployment.failedTasks,
            threshold,
          },
        }),
  }
}
