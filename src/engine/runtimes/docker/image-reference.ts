/** An image's name in its parts: `repository[:tag][@digest]`. */
export interface ParsedReference {
  /** With the registry's host, where there is one. */
  readonly name: string
  readonly tag: string | undefined
  readonly digest: string | undefined
}

const HOST = /(?:[a-zA-Z0-9.-]+(?::\d+)?\/)?/
const PATH = /[a-z0-9]+(?:[._/-]+[a-z0-9]+)*/
const TAG = /[\w][\w.-]{0,127}/
const DIGEST = /sha256:[0-9a-f]{64}/
const PARTS = new RegExp(
  `^(${HOST.source}${PATH.source})(?::(${TAG.source}))?(?:@(${DIGEST.source}))?$`,
)

/** Undefined: no image can have that name. */
export function parseReference(uri: string): ParsedReference | undefined {
  const [, name, tag, digest] = PARTS.exec(uri) ?? []
  return name === undefined ? undefined : { name, tag, digest }
}
