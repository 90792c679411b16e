import { AwsError } from '../aws-error.ts'
import { uuid, type Random } from '../random.ts'
import type { AwsCalls } from './calls.ts'
import type { Call, Service, ServiceName } from './service.ts'

const ENGINE_PRINCIPAL = 'arn:aws:iam::aws:role/longshore-engine'

/** What a call needs beyond its service. */
export interface InProcessOptions {
  readonly accountId: string
  readonly random: Random
  readonly services: ReadonlyMap<ServiceName, Service>
}

type Method = (input: object) => Promise<object>

/** `context.calls`: AWS operations without a wire, one table of methods a region and principal. */
export function inProcessCalls(
  options: InProcessOptions,
): (region: string, principalArn?: string) => AwsCalls {
  const tables = new Map<string, AwsCalls>()
  return (region, principalArn = ENGINE_PRINCIPAL) => {
    // Sessions come and go: only the engine's own tables are worth keeping.
    if (principalArn !== ENGINE_PRINCIPAL) return callsOf(options, region, principalArn)
    let table = tables.get(region)
    if (table === undefined) {
      table = callsOf(options, region, principalArn)
      tables.set(region, table)
    }
    return table
  }
}

function callsOf(options: InProcessOptions, region: string, principalArn: string): AwsCalls {
  const target = {} as Record<string, unknown>
  return new Proxy(target, {
    get: (known, service) => {
      if (typeof service !== 'string') return undefined
      known[service] ??= methodsOf(options, service as ServiceName, { region, principalArn })
      return known[service]
    },
  }) as unknown as AwsCalls
}

function methodsOf(
  { services, accountId, random }: InProcessOptions,
  name: ServiceName,
  caller: Pick<Call, 'region' | 'principalArn'>,
): Record<string, Method> {
  const known: Record<string, Method> = {}
  return new Proxy(known, {
    get: (methods, method) => {
      if (typeof method !== 'string') return undefined
      methods[method] ??= async (input) => {
        const operation = method.charAt(0).toUpperCase() + method.slice(1)
        const handler = services.get(name)?.operations[operation]
        if (handler === undefined) {
          throw new AwsError(
            'UnknownOperationException',
            `The engine does not have ${name} ${operation} yet.`,
          )
        }
        return handler(input as never, { ...caller, accountId, requestId: uuid(random) })
      }
      return methods[method]
    },
  })
}
