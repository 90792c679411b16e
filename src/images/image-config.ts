/** The part of an OCI image configuration that a build decides. */
export interface BuildConfig {
  readonly Env: readonly string[]
  readonly Cmd?: readonly string[]
  readonly Entrypoint?: readonly string[]
  readonly WorkingDir?: string
  readonly User?: string
  readonly StopSignal?: string
  readonly ExposedPorts?: Readonly<Record<string, object>>
  readonly Labels: Readonly<Record<string, string>>
}

/** Says which base image's programs the machine lends: the image itself holds only what was added. */
export const BASE_LABEL = 'dev.longshore.base'

export interface Blob {
  readonly digest: string
  readonly size: number
  readonly mediaType: string
  /** Where its bytes are: a file, or here. */
  readonly file?: string
  readonly bytes?: Buffer
}

/** An image ready to be pushed: manifest, configuration, layers. */
export interface OciImage {
  readonly manifest: Blob
  readonly config: Blob
  readonly layers: readonly Blob[]
}
