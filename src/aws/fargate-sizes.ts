/**
 * The sizes of Fargate tasks: CPU units (1024 are one vCPU) → the MiB of memory that go with them.
 *
 * Amazon ECS Developer Guide, "Task definition parameters for Fargate", task size.
 */
export const FARGATE_SIZES: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, 1024, 2048]],
  [512, steps(1024, 4096, 1024)],
  [1024, steps(2048, 8192, 1024)],
  [2048, steps(4096, 16_384, 1024)],
  [4096, steps(8192, 30_720, 1024)],
  [8192, steps(16_384, 61_440, 4096)],
  [16_384, steps(32_768, 122_880, 8192)],
])

function steps(from: number, to: number, by: number): number[] {
  return Array.from({ length: (to - from) / by + 1 }, (_, i) => from + i * by)
}

export function isFargateSize(cpuUnits: number, memoryMiB: number): boolean {
  return FARGATE_SIZES.get(cpuUnits)?.includes(memoryMiB) === true
}

/** The memory values of a CPU value in words: `512, 1024 or 2048`, `8192 to 30720 by 1024`. */
export function memoryChoices(cpuUnits: number): string {
  const values = FARGATE_SIZES.get(cpuUnits) ?? []
  const [first = 0, second = 0] = values
  const last = values.at(-1) ?? 0
  return values.length <= 3
    ? `${values.slice(0, -1).join(', ')} or ${last}`
    : `${first} to ${last} by ${second - first}`
}
