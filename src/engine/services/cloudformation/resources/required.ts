/** A member that AWS always answers; its absence is a fault of the target service. */
export function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`The answer has no ${name}`)
  return value
}
