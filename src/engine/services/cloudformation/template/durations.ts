const ISO_DURATION = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/

/** An ISO 8601 duration such as `PT1H30M` in milliseconds; undefined when it is none. */
export function isoDurationMs(text: string): number | undefined {
  const match = ISO_DURATION.exec(text)
  if (match === null || text.length < 3) return undefined
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] = match
  return (
    (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000
  )
}
