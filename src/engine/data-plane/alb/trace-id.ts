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

/**
 * Makes ids `1-<time>-<24 hex>`: a random start that is counted on, so that none costs a draw.
 * `tick` is to be called about once a second.
 */
export class TraceIds {
  readonly #random: string
  #prefix = ''
  #count = 0

  constructor(random: string, seconds: number) {
    this.#random = random
    this.tick(seconds)
  }

  tick(seconds: number): void {
    this.#prefix = `1-${seconds.toString(16).padStart(8, '0')}-${this.#random}`
  }

  next(): string {
    this.#count = (this.#count + 1) >>> 0
    return this.#prefix + this.#count.toString(16).padStart(8, '0')
  }
}
