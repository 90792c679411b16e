/** A test for HTTP codes in AWS's notation: `200`, `200,202`, `200-299`. */
export function codeMatcher(notation: string): (code: number) => boolean {
  const ranges = notation.split(',').map((part) => {
    const [low = '', high = low] = part.trim().split('-')
    return { low: Number(low), high: Number(high) }
  })
  return (code) => ranges.some(({ low, high }) => code >= low && code <= high)
}

/** Whether `notation` is such a list, with codes between `min` and `max`. */
export function isCodeNotation(notation: string, min: number, max: number): boolean {
  return notation.split(',').every((part) => {
    const match = /^(\d{1,3})(?:-(\d{1,3}))?$/.exec(part.trim())
    if (match === null) return false
    const low = Number(match[1])
    const high = Number(match[2] ?? match[1])
    return low >= min && high <= max && low <= high
  })
}
