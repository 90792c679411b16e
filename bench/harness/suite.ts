/** One line of the table. */
export interface Measurement {
  readonly what: string
  readonly unit: string
  readonly ours: number
  /** Undefined: the peer is not installed, or there is none. */
  readonly theirs: number | undefined
  readonly peer: string
  readonly target: Target
}

/** What is good enough: a ratio to the peer's figure, or a figure of our own. */
export type Target =
  | { readonly kind: 'times-faster'; readonly atLeast: number }
  | { readonly kind: 'at-most'; readonly value: number }

export interface Suite {
  readonly name: string
  /** Reports each measurement as soon as there is one. */
  run(report: (measurement: Measurement) => void): Promise<void>
}

/** The median of an odd number of runs, after one that does not count. */
export async function medianOf(run: () => Promise<number>, runs = 5): Promise<number> {
  await run()
  const values: number[] = []
  for (let i = 0; i < runs; i++) values.push(await run())
  return median(values)
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** Says that a peer is missing, so that its absence is no silent success. */
export function skipLoudly(peer: string): void {
  console.error(`!! ${peer} is not installed: there is nothing to compare with`)
}
