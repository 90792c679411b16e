import type { EngineContext } from '../../service.ts'

/** The registry's password: made once for an engine's data, told by GetAuthorizationToken. */
export function registryPassword({ store, random }: EngineContext): string {
  const secrets = store.collection<{ password: string }>('ecr/registry')
  const known = secrets.get('password')
  if (known !== undefined) return known.password
  const made = { password: random.hex(24) }
  secrets.put('password', made)
  return made.password
}
