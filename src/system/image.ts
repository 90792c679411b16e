/** An image: built from a folder, or a reference such as `public.ecr.aws/nginx/nginx:1.29`. */
export type Image = BuiltImage | string

export interface BuiltImage {
  readonly kind: 'build'
  readonly context: string
  readonly options: BuildOptions
}

export interface BuildOptions {
  /** The Dockerfile, from the build folder. Default: `Dockerfile`. */
  readonly dockerfile?: string
  /** The stage of a multi-stage Dockerfile to build. Default: the last one. */
  readonly target?: string
  /** Build arguments (`ARG`). They end up in the image: no secrets. Default: none. */
  readonly args?: Readonly<Record<string, string>>
  /**
   * Name of the ECR repository. Default: `<system>-<environment>-<service>` for the first container
   * of a service, with `-<container>` behind it for the others.
   */
  readonly repository?: string
}

/**
 * An image that Longshore builds from `folder` (relative to the definition's own folder), pushes to
 * an ECR repository of its own and pins by digest.
 */
export function build(folder: string, options: BuildOptions = {}): BuiltImage {
  return { kind: 'build', context: folder, options }
}
