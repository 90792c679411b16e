import { release } from 'node:os'
import { messageOf } from '../../../base/errors.ts'
import { findTools } from '../process/tools.ts'
import { dockerAddresses } from './docker-address.ts'
import { DockerApi } from './docker-api.ts'

export interface DockerSearch {
  /** `DOCKER_HOST` and `XDG_RUNTIME_DIR`, which say where Docker is. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The `PATH` on which iproute2 is found. */
  readonly searchPath: string
}

/** A Docker engine that answers, or why tasks cannot run in it and what helps. */
export type FoundDocker =
  | { readonly docker: DockerApi; readonly problem: undefined }
  | { readonly docker: undefined; readonly problem: string }

interface Info {
  readonly KernelVersion: string
  readonly OperatingSystem: string
}

/** Looks for a Docker engine on this machine. */
export async function findDocker({ environment, searchPath }: DockerSearch): Promise<FoundDocker> {
  const failed = (problem: string): FoundDocker => ({ docker: undefined, problem })
  if (process.platform !== 'linux') return failed('the docker runtime needs Docker on Linux')
  const { missing } = findTools(searchPath)
  if (missing.includes('ip')) {
    return failed('ip not found: install iproute2 (apt-get install iproute2)')
  }
  const addresses = dockerAddresses(environment)
  if (addresses === undefined) {
    const { DOCKER_HOST: host = '' } = environment
    return failed(`DOCKER_HOST is ${host}; only unix:// and tcp:// can be used`)
  }
  let last = ''
  for (const address of addresses) {
    const docker = new DockerApi(address)
    try {
      await docker.negotiate()
      const { KernelVersion, OperatingSystem } = await docker.get<Info>('/info')
      if (KernelVersion === release()) return { docker, problem: undefined }
      last ||= `${OperatingSystem} runs in a machine of its own, and tasks need one on this machine`
    } catch (error) {
      last ||= messageOf(error)
    }
  }
  return failed(`Docker cannot be used (${last}): start it, or set DOCKER_HOST`)
}

/** Why tasks cannot run in Docker on this machine, and what helps; undefined when they can. */
export async function dockerProblem(search: DockerSearch): Promise<string | undefined> {
  return (await findDocker(search)).problem
}
