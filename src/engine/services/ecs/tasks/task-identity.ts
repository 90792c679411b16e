import type { ProtectedTask } from '@aws-sdk/client-ecs'
import type { MetadataRequest, MetadataResponse } from '../../../runtimes/runtime.ts'
import type { EcsState } from '../ecs-state.ts'
import type { TaskRecord } from '../records.ts'
import { containerMetadata, taskMetadata } from './task-metadata.ts'

const METADATA = 'http://169.254.170.2'
/** Where an SDK inside a task finds the engine's own AWS API. */
const ENGINE_API = 'http://169.254.170.3:4566'
const SESSION_SECONDS = 3600

/** Who a task is: its credentials, its metadata endpoint, and the variables that lead there. */
export class TaskIdentity {
  readonly #state: EcsState
  readonly #key: { region: string; cluster: string; id: string }
  readonly #credentialsId: string

  constructor(state: EcsState, task: TaskRecord) {
    this.#state = state
    this.#key = { region: task.region, cluster: task.cluster, id: task.id }
    this.#credentialsId = state.context.random.hex(16)
  }

  /** The ARN under which a role of the task acts; the engine's own without a role. */
  async principal(roleArn: string | undefined): Promise<string | undefined> {
    if (roleArn === undefined) return undefined
    const { AssumedRoleUser } = await this.#assume(roleArn)
    return AssumedRoleUser?.Arn
  }

  /** TASK-13, TM1, TM4, TM5. */
  environment(container: string): Record<string, string> {
    const { region, id } = this.#key
    return {
      AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ENDPOINT_URL: ENGINE_API,
      ECS_CONTAINER_METADATA_URI_V4: `${METADATA}/v4/${id}-${container}`,
      ECS_AGENT_URI: `${METADATA}/api/${id}-${container}`,
      ...(this.#roleArn() === undefined
        ? {}
        : { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: `/v2/credentials/${this.#credentialsId}` }),
    }
  }

  async answer({ method, path, body }: MetadataRequest): Promise<MetadataResponse> {
    if (path.startsWith('/v2/credentials/')) return this.#credentials(path)
    const match = /^\/(v4|api)\/[0-9a-f]+-([\w-]+)(\/.*)?$/.exec(path)
    const task = this.#task()
    if (match === null || task === undefined) return json(404, { message: 'not found' })
    const [, kind, container = '', rest = ''] = match
    if (kind === 'api') return this.#protection(method, rest, body)
    switch (rest) {
      case '':
        return json(200, containerMetadata(this.#state, task, container))
      case '/task':
      case '/taskWithTags':
        return json(200, taskMetadata(this.#state, task))
      default:
        return json(404, { message: `the engine does not have ${rest} yet` })
    }
  }

  async #credentials(path: string): Promise<MetadataResponse> {
    const roleArn = this.#roleArn()
    if (path !== `/v2/credentials/${this.#credentialsId}` || roleArn === undefined) {
      return json(400, {
        code: 'InvalidIdInRequest',
        message: 'CredentialsV2Request: Credentials not found',
        HTTPErrorCode: 400,
      })
    }
    const { Credentials } = await this.#assume(roleArn)
    const { clock } = this.#state.context
    return json(200, {
      RoleArn: roleArn,
      AccessKeyId: Credentials?.AccessKeyId,
      SecretAccessKey: Credentials?.SecretAccessKey,
      Token: Credentials?.SessionToken,
      Expiration: clock.toWall(Credentials?.Expiration?.getTime() ?? clock.now()).toISOString(),
    })
  }

  async #protection(method: string, path: string, body: string): Promise<MetadataResponse> {
    const { region, cluster, id } = this.#key
    if (path !== '/task-protection/v1/state') return json(404, { message: 'not found' })
    const { ecs } = this.#state.context.calls(region)
    if (method === 'GET') {
      const { protectedTasks } = await ecs.getTaskProtection({ cluster, tasks: [id] })
      return json(200, { protection: protectionOf(protectedTasks?.[0]) })
    }
    const wanted = JSON.parse(body) as { ProtectionEnabled?: boolean; ExpiresInMinutes?: number }
    const { protectedTasks } = await ecs.updateTaskProtection({
      cluster,
      tasks: [id],
      protectionEnabled: wanted.ProtectionEnabled ?? false,
      expiresInMinutes: wanted.ExpiresInMinutes,
    })
    return json(200, { protection: protectionOf(protectedTasks?.[0]) })
  }

  async #assume(RoleArn: string) {
    return this.#state.context.calls(this.#key.region).sts.assumeRole({
      RoleArn,
      RoleSessionName: this.#key.id,
      DurationSeconds: SESSION_SECONDS,
    })
  }

  #task(): TaskRecord | undefined {
    return this.#state.task(this.#key.region, this.#key.cluster, this.#key.id)
  }

  #roleArn(): string | undefined {
    const task = this.#task()
    if (task === undefined) return undefined
    const { definition } = this.#state.taskDefinition(task.region, task.taskDefinition)
    return task.overrides.taskRoleArn ?? definition.taskRoleArn
  }
}

function protectionOf(task: ProtectedTask | undefined): object {
  return {
    ProtectionEnabled: task?.protectionEnabled ?? false,
    ExpirationDate: task?.expirationDate?.toISOString(),
    TaskArn: task?.taskArn,
  }
}

function json(status: number, body: object): MetadataResponse {
  return { status, contentType: 'application/json', body: JSON.stringify(body) }
}
