import { FARGATE_SIZES, isFargateSize, memoryChoices } from '../../aws/fargate-sizes.ts'
import type { Problem } from '../problem.ts'
import type { Service } from '../service.ts'

/** Sizes that Fargate does not have, and containers that do not fit into their task. */
export function checkTaskSize({ options }: Service, place: string): Problem[] {
  const { cpu, memory } = options
  if (!FARGATE_SIZES.has(cpu)) {
    const sizes = [...FARGATE_SIZES.keys()].map((each) => `${each} (${memoryChoices(each)} MiB)`)
    return [
      {
        code: 'fargate-size',
        place: `${place}.cpu`,
        message: `Fargate has no ${cpu} CPU units.`,
        next: `It has, with the memory of each: ${sizes.join('; ')}.`,
      },
    ]
  }
  if (!isFargateSize(cpu, memory)) {
    const others = [...FARGATE_SIZES.keys()].filter((each) => isFargateSize(each, memory))
    const more = others.length === 0 ? '' : ` ${memory} MiB go with ${others.join(', ')} CPU units.`
    return [
      {
        code: 'fargate-size',
        place: `${place}.memory`,
        message: `Fargate has no task of ${cpu} CPU units with ${memory} MiB.`,
        next: `With ${cpu} CPU units it has ${memoryChoices(cpu)} MiB.${more}`,
      },
    ]
  }
  return [
    ...tooMuch('cpu', { place, has: cpu, unit: 'CPU units' }, options.containers),
    ...tooMuch('memory', { place, has: memory, unit: 'MiB' }, options.containers),
  ]
}

function tooMuch(
  field: 'cpu' | 'memory',
  task: { place: string; has: number; unit: string },
  containers: Service['options']['containers'],
): Problem[] {
  const all = Object.values(containers)
  // A limit beyond the task's own is refused for each; reservations are added up.
  const reserved = all.map((each) =>
    field === 'cpu' ? (each.cpu ?? 0) : (each.memoryReservation ?? each.memory ?? 0),
  )
  const sum = reserved.reduce((total, each) => total + each, 0)
  if (sum <= task.has) return []
  return [
    {
      code: 'containers-too-big',
      place: `${task.place}.containers`,
      message: `its containers want ${sum} ${task.unit}, the task has ${task.has}.`,
      next: `Give the task more ${field}, or its containers less.`,
    },
  ]
}
