import { join } from 'node:path'

/** Where Docker's API answers, in the words of `http.request`. */
export type DockerAddress =
  | { readonly socketPath: string }
  | { readonly host: string; readonly port: number }

const USUAL_SOCKET = '/var/run/docker.sock'
const PLAIN_PORT = 2375

/**
 * Where a Docker engine may be: where `DOCKER_HOST` says, else at the system's socket or that of a
 * rootless engine. Undefined: an address that cannot be used (`ssh://…`).
 */
export function dockerAddresses(environment: {
  readonly DOCKER_HOST?: string | undefined
  readonly XDG_RUNTIME_DIR?: string | undefined
}): readonly DockerAddress[] | undefined {
  const { DOCKER_HOST: host, XDG_RUNTIME_DIR: runtimeDir } = environment
  if (host === undefined || host === '') {
    const rootless = runtimeDir === undefined ? [] : [join(runtimeDir, 'docker.sock')]
    return [USUAL_SOCKET, ...rootless].map((socketPath) => ({ socketPath }))
  }
  if (host.startsWith('unix://')) return [{ socketPath: host.slice('unix://'.length) }]
  const [, name, port] = /^(?:tcp|http):\/\/([^:/]+)(?::(\d+))?\/?$/.exec(host) ?? []
  if (name === undefined) return undefined
  return [{ host: name, port: port === undefined ? PLAIN_PORT : Number(port) }]
}
