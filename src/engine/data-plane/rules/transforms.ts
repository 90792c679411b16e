/** A rewrite of the host or of the path and query. AWS: "Transforms for listener rules". */
export interface Transform {
  readonly type: 'host-header-rewrite' | 'url-rewrite'
  readonly regex: RegExp
  readonly replace: string
}

/** Host and target (path and query) as the target group gets them. */
export interface Rewritten {
  readonly host: string
  readonly target: string
}

export function applyTransforms(transforms: readonly Transform[], from: Rewritten): Rewritten {
  let { host, target } = from
  for (const { type, regex, replace } of transforms) {
    if (type === 'host-header-rewrite') host = safe(host.replace(regex, replace), host)
    else target = safeTarget(target.replace(regex, replace), target)
  }
  return { host, target }
}

/** A rewrite must not break out of its place in the head. */
function safe(rewritten: string, original: string): string {
  return /^[\x21-\x7e]*$/.test(rewritten) ? rewritten : original
}

function safeTarget(rewritten: string, original: string): string {
  return rewritten.startsWith('/') ? safe(rewritten, original) : original
}
