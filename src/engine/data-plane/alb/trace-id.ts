/**
 * `X-Amzn-Trace-Id` for the target: what came in keeps its root and gets the balancer's own id as
 * `Self`. AWS: "Request tracing for your Application Load Balancer".
 */
export function traceHeader(incoming: string, fresh: string): string {
  if (incoming === '') return `Root=${fresh}`
  const fields = incoming
    .split(';')
    .map((field) => field.trim())
    .filter((field) => field !== '' && !field.startsWith('Self='))
  const hasRoot = fields.some((field) => field.startsWith('Root='))
  return hasRoot ? [`Self=${fresh}`, ...fields].join(';') : [`Root=${fresh}`, ...fields].join(';')
}

/** Makes ids `1-<time>-<24 hex>`: a random start that is counted on, so that none costs a draw. */
export function traceIds(options: { seconds(): number; prefix: string }): () => string {
  let count = 0
  return () => {
    count = (count + 1) >>> 0
    const time = options.seconds().toString(16).padStart(8, '0')
    return `1-${time}-${options.prefix}${count.toString(16).padStart(8, '0')}`
  }
}
