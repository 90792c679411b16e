import type { GetRandomPasswordCommandInput } from '@aws-sdk/client-secrets-manager'
import type { Random } from '../../random.ts'
import { constraint, invalidParameter } from './errors.ts'

const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const DIGITS = '0123456789'
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'

/** A password as GetRandomPassword makes it: 32 characters of every kind unless told otherwise. */
export function randomPassword(random: Random, options: GetRandomPasswordCommandInput): string {
  const length = options.PasswordLength ?? 32
  if (length < 1 || length > 4096) {
    throw constraint('passwordLength', 'Member must have a value between 1 and 4096')
  }
  const kinds = allowed(options)
  if (kinds.length === 0) {
    throw invalidParameter('There are no characters left to make a password of.')
  }
  const required = options.RequireEachIncludedType === false ? [] : kinds
  if (length < required.length) {
    throw invalidParameter(`Password length ${length} is too short based on the required types.`)
  }
  const pick = (letters: string): string =>
    letters.charAt(Math.floor(random.next() * letters.length))
  const all = kinds.join('')
  const letters = required.map(pick)
  while (letters.length < length) letters.push(pick(all))
  return shuffle(letters, random).join('')
}

/** The kinds of characters, each without the excluded ones; kinds that become empty fall out. */
function allowed(options: GetRandomPasswordCommandInput): string[] {
  const excluded = new Set(options.ExcludeCharacters)
  const kinds = [
    options.ExcludeLowercase === true ? '' : LOWER,
    options.ExcludeUppercase === true ? '' : LOWER.toUpperCase(),
    options.ExcludeNumbers === true ? '' : DIGITS,
    options.ExcludePunctuation === true ? '' : PUNCTUATION,
    options.IncludeSpace === true ? ' ' : '',
  ]
  return kinds
    .map((letters) =>
      letters
        .split('')
        .filter((letter) => !excluded.has(letter))
        .join(''),
    )
    .filter((letters) => letters !== '')
}

function shuffle(letters: string[], random: Random): string[] {
  for (let i = letters.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1))
    const letter = letters[i] ?? ''
    letters[i] = letters[j] ?? ''
    letters[j] = letter
  }
  return letters
}
