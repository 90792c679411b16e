import type {
  DescribeServiceDeploymentsCommandInput,
  DescribeServiceRevisionsCommandInput,
  ListServiceDeploymentsCommandInput,
  ServiceDeployment,
  ServiceDeploymentBrief,
  ServiceRevision,
  StopServiceDeploymentCommandInput,
} from '@aws-sdk/client-ecs'
import { AwsError } from '../../../aws-error.ts'
import { isPending } from '../../../lifecycle/task-status.ts'
import { breakerThreshold } from '../../../scheduler/circuit-breaker.ts'
import type { Call, OperationTable } from '../../service.ts'
import { type EcsState, missing } from '../ecs-state.ts'
import { invalidParameter } from '../errors.ts'
import { page } from '../page.ts'
import type { ServiceDeploymentRecord, ServiceRevisionRecord } from '../records.ts'
import type { ServiceActions } from '../service-actions.ts'
import type { ServiceScheduler } from '../service-scheduler.ts'

const DESCRIBE_LIMIT = 20

/** Service deployments and service revisions (DEP-11, C6). */
export function deploymentOperations(
  state: EcsState,
  { actions, scheduler }: { actions: ServiceActions; scheduler: ServiceScheduler },
): OperationTable {
  return {
    ListServiceDeployments: (input: ListServiceDeploymentsCommandInput, call: Call) => {
      const service = state.service(state.cluster(call, input.cluster), input.service)
      const { before, after } = input.createdAt ?? {}
      const found = state.history
        .of(service)
        .filter(({ status }) => input.status?.includes(status) ?? true)
        .filter(({ createdAt }) => createdAt >= (after?.getTime() ?? 0))
        .filter(({ createdAt }) => createdAt <= (before?.getTime() ?? Infinity))
      const { items, nextToken } = page(found, input, DESCRIBE_LIMIT)
      return { serviceDeployments: items.map((each) => brief(state, each)), nextToken }
    },
    DescribeServiceDeployments: (input: DescribeServiceDeploymentsCommandInput) => {
      const asked = input.serviceDeploymentArns ?? []
      limit('serviceDeploymentArns', asked)
      const found = asked.map((arn) => ({ arn, record: state.history.deployment(arn) }))
      return {
        serviceDeployments: found.flatMap(({ record }) =>
          record === undefined ? [] : [describe(state, record)],
        ),
        failures: found.filter(({ record }) => record === undefined).map(({ arn }) => missing(arn)),
      }
    },
    DescribeServiceRevisions: (input: DescribeServiceRevisionsCommandInput) => {
      const asked = input.serviceRevisionArns ?? []
      limit('serviceRevisionArns', asked)
      const found = asked.map((arn) => ({ arn, record: state.history.revision(arn) }))
      return {
        serviceRevisions: found.flatMap(({ record }) =>
          record === undefined ? [] : [describeRevision(state, record)],
        ),
        failures: found.filter(({ record }) => record === undefined).map(({ arn }) => missing(arn)),
      }
    },
    StopServiceDeployment: (input: StopServiceDeploymentCommandInput) => {
      const arn = input.serviceDeploymentArn ?? ''
      if (input.stopType === 'ABORT') {
        throw invalidParameter('The stop type ABORT is not supported. Use ROLLBACK.')
      }
      const record = state.history.deployment(arn)
      const service = record && state.currentService(record)
      if (record === undefined || service === undefined) {
        throw new AwsError('ServiceDeploymentNotFoundException', 'Service deployment not found.')
      }
      const { deploymentId } = record
      const last = service.lastCompleted
      if (record.status !== 'IN_PROGRESS' || service.deployments[0]?.id !== deploymentId) {
        throw conflict('The service deployment is not in progress.')
      }
      if (last === undefined || last.id === deploymentId) {
        throw conflict('The service has no earlier revision to go back to.')
      }
      actions.fail(service, { deploymentId, rollback: true, cause: 'stopped by user' })
      scheduler.wake(service)
      return { serviceDeploymentArn: arn }
    },
  }
}

function limit(name: string, asked: readonly string[]): void {
  if (asked.length > DESCRIBE_LIMIT) {
    throw invalidParameter(`${name} can have at most ${DESCRIBE_LIMIT} items.`)
  }
}

function conflict(message: string): AwsError {
  return new AwsError('ConflictException', message)
}

const date = (ms: number | undefined): Date | undefined =>
  ms === undefined ? undefined : new Date(ms)

function brief(state: EcsState, record: ServiceDeploymentRecord): ServiceDeploymentBrief {
  return {
    serviceDeploymentArn: record.arn,
    serviceArn: record.serviceArn,
    clusterArn: state.clusters.get(`${record.region}/${record.cluster}`)?.arn,
    startedAt: date(record.createdAt),
    createdAt: date(record.createdAt),
    finishedAt: date(record.finishedAt),
    targetServiceRevisionArn: record.revisionArn,
    status: record.status,
    statusReason: record.statusReason,
  }
}

function describe(state: EcsState, record: ServiceDeploymentRecord): ServiceDeployment {
  const { rollback } = record
  const service = state.currentService(record)
  const current = service?.deployments.find(({ id }) => id === record.deploymentId)
  const running = record.status === 'IN_PROGRESS' ? current : undefined
  const alarms = running?.alarms ?? record.alarms
  const { alarmNames } = record.configuration.alarms ?? {}
  return {
    ...brief(state, record),
    stoppedAt: date(record.stoppedAt),
    updatedAt: date(record.updatedAt),
    sourceServiceRevisions: record.sourceRevisionArns.map((arn) => revisionSummary(state, arn)),
    targetServiceRevision: revisionSummary(state, record.revisionArn, service?.desiredCount),
    deploymentConfiguration: record.configuration,
    ...(rollback === undefined
      ? {}
      : {
          rollback: {
            reason: rollback.reason,
            startedAt: date(rollback.startedAt),
            serviceRevisionArn: rollback.revisionArn,
          },
        }),
    deploymentCircuitBreaker: {
      status: record.breaker,
      failureCount: running?.failedTasks ?? record.failureCount,
      threshold:
        running === undefined || service === undefined
          ? record.threshold
          : breakerThreshold(record.configuration.deploymentCircuitBreaker, service.desiredCount),
    },
    alarms: {
      status:
        alarms === undefined
          ? 'DISABLED'
          : alarms.triggered.length > 0
            ? 'TRIGGERED'
            : running === undefined
              ? 'MONITORING_COMPLETE'
              : 'MONITORING',
      alarmNames: alarmNames === undefined ? [] : [...alarmNames],
      triggeredAlarmNames: [...(alarms?.triggered ?? [])],
    },
  }
}

function revisionSummary(state: EcsState, arn: string, desiredCount?: number) {
  const revision = state.history.revision(arn)
  const tasks = revision === undefined ? [] : state.tasksOf(revision)
  const mine = tasks.filter(({ startedBy }) => startedBy === revision?.deployment.id)
  return {
    arn,
    requestedTaskCount:
      desiredCount ?? mine.filter(({ desiredStatus }) => desiredStatus === 'RUNNING').length,
    runningTaskCount: mine.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pendingTaskCount: mine.filter(({ lastStatus }) => isPending(lastStatus)).length,
  }
}

function describeRevision(state: EcsState, record: ServiceRevisionRecord): ServiceRevision {
  const { deployment } = record
  const service = state.currentService(record)
  const current = service?.deployments.find(({ id }) => id === deployment.id)
  const images = current?.images ?? deployment.images
  const definition = state.findTaskDefinition(record.region, deployment.taskDefinition)
  return {
    serviceRevisionArn: record.arn,
    serviceArn: record.serviceArn,
    clusterArn: state.clusters.get(`${record.region}/${record.cluster}`)?.arn,
    taskDefinition: deployment.taskDefinition,
    launchType: deployment.launchType,
    capacityProviderStrategy: [...deployment.strategy],
    platformVersion: '1.4.0',
    platformFamily: 'Linux',
    networkConfiguration: deployment.network,
    loadBalancers: [...deployment.loadBalancers],
    containerImages: (definition?.definition.containerDefinitions ?? []).map(({ name, image }) => ({
      containerName: name,
      image,
      imageDigest: images[name ?? ''],
    })),
    guardDutyEnabled: false,
    createdAt: new Date(record.createdAt),
  }
}
