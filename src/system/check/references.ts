import { nearest, type Problem } from '../problem.ts'

/** A reference that leads nowhere, with what it may have meant. */
export function noSuch(
  what: string,
  name: string,
  { place, known }: { place: string; known: readonly string[] },
): Problem {
  const meant = nearest(name, known)
  const all = known.length === 0 ? 'There is none.' : `There are: ${known.join(', ')}.`
  return {
    code: `no-such-${what.replaceAll(' ', '-')}`,
    place,
    message: `there is no ${what} "${name}".`,
    next: meant === undefined ? all : `Did you mean "${meant}"?`,
  }
}
