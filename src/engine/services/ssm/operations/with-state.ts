import type { Call, OperationTable } from '../../service.ts'
import type { SsmState } from '../ssm-state.ts'

type Handler = (state: SsmState, input: never, call: Call) => object | Promise<object>

/** A table of operations from handlers that take the service's state first. */
export function withState(
  state: SsmState,
  handlers: Readonly<Record<string, Handler>>,
): OperationTable {
  return Object.fromEntries(
    Object.entries(handlers).map(([name, handler]) => [
      name,
      (input: never, call: Call) => handler(state, input, call),
    ]),
  )
}
