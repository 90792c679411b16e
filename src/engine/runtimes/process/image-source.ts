import type { PulledImage } from '../runtime.ts'

/** Where the process runtime finds the files of an image. */
export interface ImageSource {
  /**
   * Finds an image by its name (`repository[:tag][@digest]`) and makes its layers available;
   * rejects with a `RuntimeError` in AWS's words (`CannotPullContainerError`).
   */
  resolve(uri: string): Promise<UnpackedImage>
}

export interface UnpackedImage extends PulledImage {
  /**
   * Directories that lie over one another, lowest first. Nobody writes into them. A deleted file
   * is marked as overlayfs marks it.
   */
  readonly layers: readonly string[]
  /**
   * The value of the label `dev.longshore.base` in the image's configuration, for example
   * `node:24-slim`: the image holds only what its Dockerfile added, and this machine's programs
   * stand in for the rest. Undefined: the image is a whole root filesystem.
   */
  readonly base: string | undefined
}
