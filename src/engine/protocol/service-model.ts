import { type ErrorSchema, errorOf, type OperationSchema, operationOf } from './shape.ts'
import type { ServiceApi } from './service-api.ts'

/** A service's operations and errors, with their shapes. */
export interface ServiceModel {
  readonly operations: ReadonlyMap<string, OperationSchema>
  /** By shape name and by wire code. */
  readonly errors: ReadonlyMap<string, ErrorSchema>
}

const models = new Map<ServiceApi, Promise<ServiceModel>>()

/** Loads a service's model at its first use: some client packages take 0.3 s to import. */
export function modelOf(api: ServiceApi): Promise<ServiceModel> {
  let model = models.get(api)
  if (model === undefined) {
    model = load(api)
    models.set(api, model)
  }
  return model
}

async function load(api: ServiceApi): Promise<ServiceModel> {
  const exported = await api.load()
  const schemas = new Map<string, unknown>()
  const errors = new Map<string, ErrorSchema>()
  for (const [name, value] of Object.entries(exported)) {
    if (!name.endsWith('$')) continue
    schemas.set(name.slice(0, -1), value)
  }
  for (const value of schemas.values()) {
    const error = errorOf(value)
    if (error === undefined) continue
    errors.set(error.name, error)
    errors.set(error.code, error)
  }
  return { operations: new LazyOperations(schemas), errors }
}

/** Compiles an operation's shapes when it is first asked for. */
class LazyOperations extends Map<string, OperationSchema> {
  readonly #schemas: ReadonlyMap<string, unknown>

  constructor(schemas: ReadonlyMap<string, unknown>) {
    super()
    this.#schemas = schemas
  }

  override get(name: string): OperationSchema | undefined {
    const known = super.get(name)
    if (known !== undefined) return known
    const operation = operationOf(this.#schemas.get(name))
    if (operation !== undefined) this.set(name, operation)
    return operation
  }
}
