import { messageOf } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import { AwsError } from '../aws-error.ts'
import type { ServiceApi } from '../protocol/service-api.ts'
import { modelOf, type ServiceModel } from '../protocol/service-model.ts'
import type { Times } from '../protocol/times.ts'
import type { Call, OperationHandler, Service, ServiceName } from '../services/service.ts'
import type { Store } from '../store/store.ts'
import { identify, protocolOf, type Request, type Signature } from './identify.ts'
import { errorResponse } from './error-response.ts'
import { decodeInput, encodeOutput } from './respond.ts'
import type { Response } from './response.ts'

export interface DispatchContext {
  readonly services: ReadonlyMap<ServiceName, Service>
  readonly accountId: string
  readonly store: Store
  readonly times: Times
  readonly log: Log
  requestId(): string
  /** Who signs with these credentials: an ARN. */
  principalOf(signature: Signature): string
  /** Told of each call before it is handled. */
  onCall(call: Call): void
  /** Told of each operation that the engine does not have. */
  onUnknown(service: ServiceName, operation: string): void
}

/** Answers one AWS request. Never rejects: whatever goes wrong becomes an AWS error. */
export async function dispatch(request: Request, context: DispatchContext): Promise<Response> {
  const { times } = context
  const requestId = context.requestId()
  let api: ServiceApi | undefined
  let model: ServiceModel | undefined
  let protocol = protocolOf(request)
  try {
    const identified = identify(request)
    ;({ api, protocol } = identified)
    model = await modelOf(api)
    const { handler, operation } = find(api, model, { name: identified.operation, context })
    const input = decodeInput({ ...identified, body: request.body }, operation, times)
    const call: Call = {
      accountId: context.accountId,
      region: identified.signature.region,
      requestId,
      principalArn: context.principalOf(identified.signature),
    }
    context.onCall(call)
    const output = await handler(input as never, call)
    await context.store.durable()
    return encodeOutput(output, operation, { protocol, api, requestId, times })
  } catch (error) {
    if (error instanceof AwsError)
      return errorResponse(error, { protocol, api, model, requestId, times })
    context.log.error('a request failed inside the engine', {
      service: api?.service,
      error: error instanceof Error ? (error.stack ?? error.message) : messageOf(error),
    })
    const internal = new AwsError('InternalFailure', `The engine failed: ${messageOf(error)}`, {
      status: 500,
    })
    return errorResponse(internal, { protocol, api, model, requestId, times })
  }
}

function find(
  api: ServiceApi,
  model: ServiceModel,
  { name, context }: { name: string; context: DispatchContext },
) {
  const operation = model.operations.get(name)
  const handler: OperationHandler | undefined = context.services.get(api.service)?.operations[name]
  if (operation !== undefined && handler !== undefined) return { operation, handler }
  const unknown = api.query === undefined ? 'UnknownOperationException' : 'InvalidAction'
  if (operation === undefined) {
    throw new AwsError(unknown, `The action ${name} is not valid for ${api.service}.`)
  }
  context.onUnknown(api.service, name)
  throw new AwsError(unknown, `The engine does not have ${api.service} ${name} yet.`)
}
