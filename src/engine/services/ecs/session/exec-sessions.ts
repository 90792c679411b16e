import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ExecuteCommandCommandInput } from '@aws-sdk/client-ecs'
import { WebSocketServer } from 'ws'
import { AwsError } from '../../../aws-error.ts'
import type { Call, OperationTable } from '../../service.ts'
import type { EcsState } from '../ecs-state.ts'
import { invalidParameter } from '../errors.ts'
import type { TaskSupervisor } from '../tasks/task-supervisor.ts'
import { serveChannel } from './channel.ts'
import { splitCommand } from './split-command.ts'

const PREFIX = '/_longshore/sessions/'
/** A session that nobody opens is forgotten after so long, on the wall clock. */
const OPEN_WITHIN_MS = 60_000

interface Pending {
  readonly token: string
  readonly taskId: string
  readonly container: string
  readonly argv: readonly string[]
}

/** ECS Exec: sessions that were asked for, and the data channels that open them (X1 to X3). */
export class ExecSessions {
  readonly operations: OperationTable
  readonly upgrades
  readonly #state: EcsState
  readonly #supervisor: TaskSupervisor
  readonly #pending = new Map<string, Pending>()
  readonly #sockets = new WebSocketServer({ noServer: true })

  constructor(state: EcsState, supervisor: TaskSupervisor) {
    this.#state = state
    this.#supervisor = supervisor
    this.operations = {
      ExecuteCommand: (input: ExecuteCommandCommandInput, call: Call) => this.#execute(input, call),
    }
    this.upgrades = [
      {
        prefix: PREFIX,
        upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) =>
          this.#upgrade(request, socket, head),
      },
    ]
  }

  close(): void {
    for (const client of this.#sockets.clients) client.terminate()
    this.#sockets.close()
  }

  #execute(input: ExecuteCommandCommandInput, call: Call) {
    const { context } = this.#state
    if (input.interactive !== true) {
      throw invalidParameter('Interactive is the only mode supported currently.')
    }
    const cluster = this.#state.cluster(call, input.cluster)
    const task = this.#state.task(call.region, cluster.name, input.task ?? '')
    if (task === undefined || task.lastStatus === 'STOPPED') {
      throw invalidParameter('The referenced task was not found or is not running.')
    }
    if (!task.enableExecuteCommand) {
      throw invalidParameter(
        'The execute command failed because execute command was not enabled when the task was ' +
          'run or the execute command agent isn’t running. Wait and try again or run a new task ' +
          'with execute command enabled and try again.',
      )
    }
    const name = input.container ?? task.containers[0]?.name ?? ''
    const container = task.containers.find((each) => each.name === name)
    if (container === undefined) {
      throw invalidParameter(`The container ${name} is not part of the task.`)
    }
    if (task.lastStatus !== 'RUNNING' || container.lastStatus !== 'RUNNING') {
      throw new AwsError(
        'TargetNotConnectedException',
        'The execute command failed due to an internal error. Try again later.',
      )
    }
    const sessionId = `ecs-execute-command-${context.random.hex(9).slice(0, 17)}`
    const token = context.random.hex(32)
    this.#pending.set(sessionId, {
      token,
      taskId: task.id,
      container: name,
      argv: splitCommand(input.command ?? ''),
    })
    context.clock.after(context.clock.real(OPEN_WITHIN_MS), () => this.#pending.delete(sessionId))
    return {
      clusterArn: cluster.arn,
      taskArn: task.arn,
      containerArn: container.arn,
      containerName: name,
      interactive: input.interactive,
      session: {
        sessionId,
        streamUrl: `${context.endpoint.replace('http', 'ws')}${PREFIX}${sessionId}`,
        tokenValue: token,
      },
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const id = (request.url ?? '').slice(PREFIX.length).split('?')[0] ?? ''
    const pending = this.#pending.get(id)
    if (pending === undefined) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n')
      return
    }
    this.#pending.delete(id)
    this.#sockets.handleUpgrade(request, socket, head, (channel) => {
      serveChannel(channel, {
        sessionId: id,
        token: pending.token,
        clock: this.#state.context.clock,
        random: this.#state.context.random,
        open: async (terminal) => {
          const container = this.#supervisor.container(pending.taskId, pending.container)
          if (container === undefined) throw new Error('the container is gone')
          return container.exec({ argv: pending.argv, terminal })
        },
      })
    })
  }
}
