import { cronMistake } from '../../aws/cron.ts'
import type { Problem } from '../problem.ts'
import type { ScaleOptions, Service } from '../service.ts'

/** Bounds that are none, targets that cannot work, schedules that never come. */
export function checkScaling({ options }: Service, place: string): Problem[] {
  const { scale } = options
  if (scale === undefined || typeof scale === 'number') return []
  const at = `${place}.scale`
  return [
    ...bounds(scale, at),
    ...Object.entries(scale.schedule ?? {}).flatMap(([name, entry]) => [
      ...bounds(entry, `${at}.schedule.${name}`),
      ...cron(entry.cron, `${at}.schedule.${name}.cron`),
    ]),
    ...requests(scale, options, at),
  ]
}

function bounds({ min, max }: { min: number; max: number }, place: string): Problem[] {
  if (min <= max) return []
  return [
    {
      code: 'min-above-max',
      place: `${place}.min`,
      message: `the fewest tasks (${min}) are more than the most (${max}).`,
      next: `Give a min up to ${max}, or a max of at least ${min}.`,
    },
  ]
}

function cron(text: string, place: string): Problem[] {
  const mistake = cronMistake(text)
  if (mistake === undefined) return []
  return [
    {
      code: 'bad-cron',
      place,
      message: `"${text}" is no cron expression of AWS: ${mistake}.`,
      next: "Write it as '0 8 ? * MON-FRI *': minute hour day-of-month month day-of-week year.",
    },
  ]
}

function requests(
  { requestsPerTarget }: ScaleOptions,
  { expose }: Service['options'],
  place: string,
): Problem[] {
  const isCounted = (expose ?? []).some(({ options }) => options.targetGroup === undefined)
  if (requestsPerTarget === undefined || isCounted) return []
  return [
    {
      code: 'nothing-to-count',
      place: `${place}.requestsPerTarget`,
      message: 'no load balancer of this system counts requests of the service.',
      next: 'Add an http(…) to "expose", or scale on cpu.',
    },
  ]
}
