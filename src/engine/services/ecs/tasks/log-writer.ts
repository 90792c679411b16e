import type { ContainerDefinition } from '@aws-sdk/client-ecs'
import { AwsError } from '../../../aws-error.ts'
import { RuntimeError } from '../../../runtimes/runtime.ts'
import type { EngineContext } from '../../service.ts'

/** How long lines are gathered before they are sent, on the wall clock. */
const GATHER_MS = 100
/** TASK-12: the buffer of a non-blocking driver; what does not fit is lost. */
const BUFFER_BYTES = 10 * 1024 * 1024
const BATCH_EVENTS = 5000
const BATCH_BYTES = 900_000
const EVENT_OVERHEAD_BYTES = 26

/** Where a container's output goes. */
export interface LogWriter {
  write(line: string): void
  /** Sends what is left. */
  close(): Promise<void>
}

const nowhere: LogWriter = { write: () => {}, close: async () => {} }

/**
 * Opens a container's log stream, `prefix/container/task-id` (G1). A missing group stops the task
 * unless the driver may make it (G3).
 */
export async function openLog(
  context: EngineContext,
  container: ContainerDefinition,
  taskId: string,
): Promise<LogWriter> {
  const { logConfiguration } = container
  if (logConfiguration?.logDriver !== 'awslogs') return nowhere
  const options = logConfiguration.options ?? {}
  const logGroupName = options['awslogs-group'] ?? ''
  const region = options['awslogs-region'] ?? ''
  const logStreamName = `${options['awslogs-stream-prefix'] ?? ''}/${container.name ?? ''}/${taskId}`
  const { logs } = context.calls(region)
  try {
    if (options['awslogs-create-group'] === 'true') {
      await logs.createLogGroup({ logGroupName }).catch(ignoreExisting)
    }
    await logs.createLogStream({ logGroupName, logStreamName }).catch(ignoreExisting)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw new RuntimeError(
      'ResourceInitializationError',
      'failed to validate logger args: create stream has been retried 1 times: failed to create ' +
        `Cloudwatch log stream: ${error.code}: ${error.message}`,
    )
  }
  return new BufferedLog(context, { region, logGroupName, logStreamName })
}

function ignoreExisting(error: unknown): void {
  if (error instanceof AwsError && error.code === 'ResourceAlreadyExistsException') return
  throw error
}

class BufferedLog implements LogWriter {
  readonly #context: EngineContext
  readonly #stream: { region: string; logGroupName: string; logStreamName: string }
  #lines: { timestamp: number; message: string }[] = []
  #bytes = 0
  #timer: { cancel(): void } | undefined
  #sending: Promise<void> = Promise.resolve()

  constructor(
    context: EngineContext,
    stream: { region: string; logGroupName: string; logStreamName: string },
  ) {
    this.#context = context
    this.#stream = stream
  }

  write(line: string): void {
    // Logs drops empty messages, and the driver does not send them.
    if (line === '' || this.#bytes > BUFFER_BYTES) return
    const { clock } = this.#context
    this.#lines.push({ timestamp: clock.toWall(clock.now()).getTime(), message: line })
    this.#bytes += Buffer.byteLength(line) + EVENT_OVERHEAD_BYTES
    this.#timer ??= clock.after(clock.real(GATHER_MS), () => this.#flush())
  }

  async close(): Promise<void> {
    this.#timer?.cancel()
    this.#flush()
    await this.#sending
  }

  #flush(): void {
    this.#timer = undefined
    const lines = this.#lines
    this.#lines = []
    this.#bytes = 0
    if (lines.length > 0) this.#sending = this.#sending.then(() => this.#send(lines))
  }

  async #send(lines: { timestamp: number; message: string }[]): Promise<void> {
    const { region, ...stream } = this.#stream
    try {
      for (const logEvents of batches(lines)) {
        await this.#context.calls(region).logs.putLogEvents({ ...stream, logEvents })
      }
    } catch (error) {
      // The group may be deleted under a running task; that is no reason to end it.
      this.#context.log.warn('log lines were lost', {
        stream: stream.logStreamName,
        error: String(error),
      })
    }
  }
}

function batches<T extends { message: string }>(lines: readonly T[]): T[][] {
  const result: T[][] = []
  let current: T[] = []
  let bytes = 0
  for (const line of lines) {
    const size = Buffer.byteLength(line.message) + EVENT_OVERHEAD_BYTES
    if (current.length >= BATCH_EVENTS || bytes + size > BATCH_BYTES) {
      result.push(current)
      current = []
      bytes = 0
    }
    current.push(line)
    bytes += size
  }
  if (current.length > 0) result.push(current)
  return result
}
