/** Which files of a context `.dockerignore` leaves out; later lines win, `!` takes back. */
export function ignoreFilter(text: string): (path: string) => boolean {
  const rules = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const negated = line.startsWith('!')
      const pattern = (negated ? line.slice(1) : line).replace(/^\.?\//, '').replace(/\/$/, '')
      return { negated, expression: globExpression(pattern) }
    })
  return (path) => {
    let ignored = false
    for (const { negated, expression } of rules) if (expression.test(path)) ignored = !negated
    return ignored
  }
}

function globExpression(pattern: string): RegExp {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('**/', '\u0000')
    .replaceAll('**', '\u0001')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]')
    .replaceAll('\u0000', '(?:.*/)?')
    .replaceAll('\u0001', '.*')
  // A directory that is left out takes all that is in it along.
  return new RegExp(`^${source}(?:/.*)?$`)
}
