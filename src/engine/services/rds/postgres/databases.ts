import { readCatalogue, type ParameterInfo } from '../parameter-catalogue.ts'
import { openClusterHome, type ClusterHome } from './cluster-home.ts'
import { findInstallation, type Installation } from './installation.ts'
import { serverUser } from './server-user.ts'
import { sweep } from './sweep.ts'

/** PostgreSQL on this machine: looked for at first use, and again when it was missing. */
export class Databases {
  readonly #dataDir: () => string
  readonly #known: () => ReadonlySet<string>
  #installation: Promise<Installation> | undefined
  #home: Promise<ClusterHome> | undefined
  #catalogue: Promise<ReadonlyMap<string, ParameterInfo>> | undefined

  /** `known` names the clusters and snapshots whose files are to stay. */
  constructor(dataDir: () => string, known: () => ReadonlySet<string>) {
    this.#dataDir = dataDir
    this.#known = known
  }

  installation(): Promise<Installation> {
    this.#installation ??= findInstallation().catch((error: unknown) => {
      this.#installation = undefined
      throw error
    })
    return this.#installation
  }

  home(): Promise<ClusterHome> {
    this.#home ??= this.#openHome().catch((error: unknown) => {
      this.#home = undefined
      throw error
    })
    return this.#home
  }

  /** The parameters that this PostgreSQL knows. */
  catalogue(): Promise<ReadonlyMap<string, ParameterInfo>> {
    this.#catalogue ??= this.installation()
      .then(readCatalogue)
      .catch((error: unknown) => {
        this.#catalogue = undefined
        throw error
      })
    return this.#catalogue
  }

  async #openHome(): Promise<ClusterHome> {
    const home = await openClusterHome(this.#dataDir(), await this.installation(), serverUser())
    // What an engine left whose state was reset.
    await sweep(home, this.#known())
    return home
  }
}
