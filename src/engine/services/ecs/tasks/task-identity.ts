import type { ProtectedTask } from '@aws-sdk/client-ecs'
import {
  type MetadataRequest,
  type MetadataResponse,
  RuntimeError,
  type Sandbox,
} from '../../../runtimes/runtime.ts'
import { AwsError } from '../../../aws-error.ts'
import { API_ENDPOINT, METADATA_ADDRESS } from '../../../network/addresses.ts'
import { uuid } from '../../../random.ts'
import type { EcsState } from '../ecs-state.ts'
import type { TaskRecord } from '../records.ts'
import { containerMetadata, containerStats, taskMetadata, taskStats } from './task-metadata.ts'

const METADATA = `http://${METADATA_ADDRESS}`
const SESSION_SECONDS = 3600

/** Who a task is: its credentials, its metadata endpoint, and the variables that lead there. */
export class TaskIdentity {
  readonly #state: EcsState
  readonly #key: { region: string; cluster: string; id: string }
  readonly #credentialsId: string
  readonly #sandbox: () => Sandbox | undefined

  constructor(state: EcsState, task: TaskRecord, sandbox: () => Sandbox | undefined) {
    this.#state = state
    this.#key = { region: task.region, cluster: task.cluster, id: task.id }
    this.#credentialsId = uuid(state.context.random)
    this.#sandbox = sandbox
  }

  /** The ARN under which a role of the task acts; the engine's own without a role. */
  async principal(roleArn: string | undefined): Promise<string | undefined> {
    if (roleArn === undefined) return undefined
    try {
      const { AssumedRoleUser } = await this.#assume(roleArn)
      return AssumedRoleUser?.Arn
    } catch (error) {
      throw cannotAssume(roleArn, error)
    }
  }

  /** TASK-13, TM1, TM4, TM5. */
  environment(container: string): Record<string, string> {
    const { region, id } = this.#key
    return {
      AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ENDPOINT_URL: API_ENDPOINT,
      ECS_CONTAINER_METADATA_URI_V4: `${METADATA}/v4/${id}-${container}`,
      ECS_CONTAINER_METADATA_URI: `${METADATA}/v3/${id}-${container}`,
      ECS_AGENT_URI: `${METADATA}/api/${id}-${container}`,
      ...(this.#roleArn() === undefined
        ? {}
        : { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: `/v2/credentials/${this.#credentialsId}` }),
    }
  }

  async answer({ method, path, body }: MetadataRequest): Promise<MetadataResponse> {
    if (path.startsWith('/v2/credentials/')) return this.#credentials(path)
    const match = /^\/(v3|v4|api)\/[0-9a-f]+-([\w-]+)(\/.*)?$/.exec(path)
    const task = this.#task()
    if (match === null || task === undefined) return json(404, { message: 'not found' })
    const [, kind, container = '', rest = ''] = match
    if (kind === 'api') return this.#protection(method, rest, body)
    switch (rest) {
      case '':
        return json(200, containerMetadata(this.#state, task, container))
      case '/task':
      case '/taskWithTags':
        return json(200, taskMetadata(this.#state, task, { tags: rest !== '/task' }))
      case '/stats':
        return json(200, containerStats(task, await this.#stats(), container) ?? {})
      case '/task/stats':
        return json(200, taskStats(task, await this.#stats()))
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
    const { Credentials } = await this.#assume(roleArn).catch((error: unknown) => {
      if (error instanceof AwsError) return { Credentials: undefined }
      throw error
    })
    if (Credentials === undefined) {
      return json(503, {
        code: 'CredentialsUninitialized',
        message: 'CredentialsV2Request: Credentials uninitialized for ID',
        HTTPErrorCode: 503,
      })
    }
    const { clock } = this.#state.context
    return json(200, {
      RoleArn: roleArn,
      AccessKeyId: Credentials.AccessKeyId,
      SecretAccessKey: Credentials.SecretAccessKey,
      Token: Credentials.SessionToken,
      Expiration: clock.toWall(Credentials.Expiration?.getTime() ?? clock.now()).toISOString(),
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
    const wanted = protectionWish(body)
    if (method !== 'PUT' || wanted === undefined) {
      return json(400, {
        error: { Code: 'InvalidParameterException', Message: 'malformed request' },
      })
    }
    const { protectedTasks } = await ecs.updateTaskProtection({
      cluster,
      tasks: [id],
      protectionEnabled: wanted.ProtectionEnabled ?? false,
      expiresInMinutes: wanted.ExpiresInMinutes,
    })
    return json(200, { protection: protectionOf(protectedTasks?.[0]) })
  }

  async #stats() {
    const stats = await this.#sandbox()?.stats()
    const { clock } = this.#state.context
    return { containers: stats?.containers ?? [], read: clock.toWall(clock.now()).toISOString() }
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

function protectionWish(
  body: string,
): { ProtectionEnabled?: boolean; ExpiresInMinutes?: number } | undefined {
  try {
    const wish: unknown = JSON.parse(body)
    return typeof wish === 'object' && wish !== null ? wish : undefined
  } catch {
    return undefined
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

/** What ECS says when it may not act under a role. */
function cannotAssume(roleArn: string, error: unknown): unknown {
  if (!(error instanceof AwsError)) return error
  return new RuntimeError(
    'ClientException',
    `ECS was unable to assume the role '${roleArn}' that was provided for this task. Please ` +
      'verify that the role being passed has the proper trust relationship and permissions and ' +
      'that your IAM user has permissions to pass this role.',
  )
}
