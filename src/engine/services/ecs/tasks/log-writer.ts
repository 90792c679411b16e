import type { ContainerDefinition } from '@aws-sdk/client-ecs'
import { AwsError } from '../../../aws-error.ts'
import { RuntimeError } from '../../../runtimes/runtime.ts'
import type { AwsCalls } from '../../calls.ts'
import type { EngineContext } from '../../service.ts'

/** How long lines are gathered before they are sent, on the wall clock. */
const GATHER_MS = 100
/** TASK-12: the buffer of a non-blocking driver, unless `max-buffer-size` says otherwise. */
const BUFFER_BYTES = 10 * 1024 * 1024
const BATCH_EVENTS = 5000
const BATCH_BYTES = 900_000
/** The driver breaks longer lines. */
const LINE_BYTES = 256 * 1024 - 26
const EVENT_OVERHEAD_BYTES = 26

/** Where a container's output goes. */
export interface LogWriter {
  /** Never waits; when the buffer is full, the line is lost. */
  write(line: string): void
  /** Sends what is left. */
  close(): Promise<void>
}

export interface LogOptions {
  readonly container: ContainerDefinition
  readonly taskId: string
  /** AWS operations as the execution role. */
  readonly calls: (region: string) => AwsCalls
}

const nowhere: LogWriter = { write: () => {}, close: async () => {} }

/**
 * Opens a container's log stream, `prefix/container/task-id` (G1). A missing group stops the task
 * unless the driver may make it (G3).
 */
export async function openLog(
  context: EngineContext,
  { container, taskId, calls }: LogOptions,
): Promise<LogWriter> {
  const { logConfiguration } = container
  if (logConfiguration?.logDriver !== 'awslogs') return nowhere
  const options = logConfiguration.options ?? {}
  const logGroupName = options['awslogs-group'] ?? ''
  const region = options['awslogs-region'] ?? ''
  const logStreamName = `${options['awslogs-stream-prefix'] ?? ''}/${container.name ?? ''}/${taskId}`
  const { logs } = calls(region)
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
  return new BufferedLog(context, {
    stream: { logGroupName, logStreamName },
    calls: calls(region),
    bufferBytes: bytesOf(options['max-buffer-size']) ?? BUFFER_BYTES,
  })
}

function ignoreExisting(error: unknown): void {
  if (error instanceof AwsError && error.code === 'ResourceAlreadyExistsException') return
  throw error
}

/** A size as Docker writes it: `25m`, `512k`, `1g`, or bytes. */
function bytesOf(text: string | undefined): number | undefined {
  const match = /^(\d+)\s*([kmg])?b?$/i.exec(text ?? '')
  if (match === null) return undefined
  const scale = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[(match[2] ?? '').toLowerCase()] ?? 1
  return Number(match[1]) * scale
}

interface Line {
  readonly timestamp: number
  readonly message: string
}

interface BufferedLogOptions {
  readonly stream: { readonly logGroupName: string; readonly logStreamName: string }
  readonly calls: AwsCalls
  readonly bufferBytes: number
}

class BufferedLog implements LogWriter {
  readonly #context: EngineContext
  readonly #options: BufferedLogOptions
  #lines: Line[] = []
  /** Bytes that have not arrived yet, those under way included. */
  #bytes = 0
  #timer: { cancel(): void } | undefined
  #sending: Promise<void> = Promise.resolve()

  constructor(context: EngineContext, options: BufferedLogOptions) {
    this.#context = context
    this.#options = options
  }

  write(line: string): void {
    const { clock } = this.#context
    const timestamp = clock.toWall(clock.now()).getTime()
    for (const message of pieces(line)) {
      const size = sizeOf(message)
      if (this.#bytes + size > this.#options.bufferBytes) return
      this.#lines.push({ timestamp, message })
      this.#bytes += size
    }
    if (this.#lines.length > 0) {
      this.#timer ??= clock.after(clock.real(GATHER_MS), () => this.#flush())
    }
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
    if (lines.length > 0) this.#sending = this.#sending.then(() => this.#send(lines))
  }

  async #send(lines: readonly Line[]): Promise<void> {
    const { stream, calls } = this.#options
    for (const logEvents of batches(lines)) {
      try {
        await calls.logs.putLogEvents({ ...stream, logEvents })
      } catch (error) {
        // The group may be deleted under a running task; that is no reason to end it.
        this.#context.log.warn('log lines were lost', {
          stream: stream.logStreamName,
          error: String(error),
        })
      }
      this.#bytes -= logEvents.reduce((sum, { message }) => sum + sizeOf(message), 0)
    }
  }
}

function sizeOf(message: string): number {
  return Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES
}

/** CloudWatch Logs takes no empty messages and none beyond its size. */
function pieces(line: string): string[] {
  if (line === '') return []
  if (line.length * 3 <= LINE_BYTES || Buffer.byteLength(line) <= LINE_BYTES) return [line]
  const step = Math.floor(LINE_BYTES / 3)
  const result: string[] = []
  for (let i = 0; i < line.length; i += step) result.push(line.slice(i, i + step))
  return result
}

function batches(lines: readonly Line[]): Line[][] {
  const result: Line[][] = []
  let current: Line[] = []
  let bytes = 0
  for (const line of lines) {
    const size = sizeOf(line.message)
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
