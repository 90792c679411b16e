/** A task's CPU: units, or `1 vCPU`. NaN when it is neither. */
export function cpuUnits(text: string | undefined): number {
  const match = /^\s*([\d.]+)\s*(vcpu)?\s*$/i.exec(text ?? '')
  if (match === null) return Number.NaN
  return match[2] === undefined ? Number(match[1]) : Number(match[1]) * 1024
}

/** A task's memory in MiB: a number, or `2 GB`. NaN when it is neither. */
export function memoryMiB(text: string | undefined): number {
  const match = /^\s*([\d.]+)\s*(gb)?\s*$/i.exec(text ?? '')
  if (match === null) return Number.NaN
  return match[2] === undefined ? Number(match[1]) : Number(match[1]) * 1024
}
