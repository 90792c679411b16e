import type { Collection } from '../../../store/store.ts'
import type { EngineContext } from '../../service.ts'
import type {
  DeploymentRecord,
  ServiceDeploymentRecord,
  ServiceKey,
  ServiceRecord,
  ServiceRevisionRecord,
} from '../records.ts'
import { RecordIndex } from '../record-index.ts'

/** AWS keeps service deployments for 90 days. */
const KEPT_MS = 90 * 24 * 3_600_000

/** Service deployments and service revisions, also those that a service has left behind. */
export class DeploymentHistory {
  readonly #context: EngineContext
  readonly #deployments: Collection<ServiceDeploymentRecord>
  readonly #revisions: Collection<ServiceRevisionRecord>
  readonly #byService: RecordIndex<ServiceDeploymentRecord>

  constructor(context: EngineContext) {
    this.#context = context
    this.#deployments = context.store.collection('ecs/service-deployments')
    this.#revisions = context.store.collection('ecs/service-revisions')
    this.#byService = new RecordIndex(this.#deployments, ({ serviceArn }) => serviceArn)
  }

  /** Newest first. */
  of(service: Pick<ServiceRecord, 'arn'>): ServiceDeploymentRecord[] {
    return this.#byService.of(service.arn).toReversed()
  }

  deployment(arn: string): ServiceDeploymentRecord | undefined {
    return this.#deployments.get(arn)
  }

  revision(arn: string): ServiceRevisionRecord | undefined {
    return this.#revisions.get(arn)
  }

  /** A deployment begins; what it supersedes stops. */
  begin(service: ServiceRecord, deployment: DeploymentRecord, threshold: number | undefined): void {
    const now = this.#context.clock.now()
    const superseded = this.of(service).filter(({ status }) => status === 'IN_PROGRESS')
    for (const { arn } of superseded) {
      this.change(arn, {
        status: 'STOPPED',
        statusReason: 'Service deployment was replaced by a newer one.',
        stoppedAt: now,
        finishedAt: now,
      })
    }
    const { region, cluster, name } = service
    const key: ServiceKey = { region, cluster, name }
    const revisionArn = revisionArnOf(service, deployment.id)
    this.#revisions.put(revisionArn, {
      ...key,
      arn: revisionArn,
      serviceArn: service.arn,
      deployment,
      createdAt: now,
    })
    const arn = deploymentArnOf(service, deployment.id)
    this.#deployments.put(arn, {
      ...key,
      arn,
      serviceArn: service.arn,
      deploymentId: deployment.id,
      revisionArn,
      sourceRevisionArns: service.deployments
        .filter(({ id }) => id !== deployment.id)
        .map(({ id }) => revisionArnOf(service, id)),
      status: 'IN_PROGRESS',
      statusReason: undefined,
      createdAt: now,
      updatedAt: now,
      finishedAt: undefined,
      stoppedAt: undefined,
      configuration: service.deploymentConfiguration,
      failureCount: 0,
      threshold,
      breaker: threshold === undefined ? 'DISABLED' : 'MONITORING',
      alarms: deployment.alarms,
      rollback: undefined,
    })
  }

  change(arn: string, patch: Partial<ServiceDeploymentRecord>): void {
    const record = this.#deployments.get(arn)
    if (record === undefined) return
    this.#deployments.put(arn, { ...record, updatedAt: this.#context.clock.now(), ...patch })
  }

  /** Forgets what AWS would have forgotten. */
  sweep(): void {
    const { clock } = this.#context
    const oldest = clock.now() - clock.real(KEPT_MS)
    for (const [arn, { finishedAt, revisionArn }] of this.#deployments.entries()) {
      if (finishedAt === undefined || finishedAt >= oldest) continue
      this.#deployments.delete(arn)
      this.#revisions.delete(revisionArn)
    }
  }
}

export function deploymentArnOf(service: ServiceRecord, deploymentId: string): string {
  return resourceArn(service, 'service-deployment', deploymentId)
}

export function revisionArnOf(service: ServiceRecord, deploymentId: string): string {
  return resourceArn(service, 'service-revision', deploymentId)
}

function resourceArn({ arn, cluster, name }: ServiceRecord, kind: string, id: string): string {
  const base = arn.slice(0, arn.indexOf(':service/'))
  return `${base}:${kind}/${cluster}/${name}/${id.replace('ecs-svc/', '')}`
}
