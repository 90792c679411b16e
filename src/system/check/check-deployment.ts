import type { Problem } from '../problem.ts'
import type { Service } from '../service.ts'

/**
 * A roll-out that could never move a task. AWS: "Amazon ECS service deployment configuration": the
 * lower bound is rounded up, the upper one down.
 */
export function checkDeployment({ options }: Service, place: string): Problem[] {
  const { minimumPercent = 100, maximumPercent = 200 } = options.deployment ?? {}
  const { scale = 1 } = options
  const count = typeof scale === 'number' ? scale : Math.max(1, scale.min)
  const least = Math.ceil((count * minimumPercent) / 100)
  const most = Math.floor((count * maximumPercent) / 100)
  if (count === 0 || least < count || most > count) return []
  return [
    {
      code: 'deployment-stuck',
      place: `${place}.deployment`,
      message:
        `with ${count} tasks, at least ${least} must stay and at most ${most} may exist: ` +
        'no roll-out could start or stop a task.',
      next: 'Raise maximumPercent (200), or lower minimumPercent (50).',
    },
  ]
}
