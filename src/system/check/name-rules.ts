import { text } from './checks.ts'

export const NAME_PATTERN = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
export const MAX_NAME = 32

/** A name of a thing in the definition: part of names in AWS and of logical ids. */
export const NAME = text({
  pattern: new RegExp(`^(?=.{1,${MAX_NAME}}$)${NAME_PATTERN.source.slice(1)}`),
  what: `Use up to ${MAX_NAME} lower-case letters, digits and single hyphens, a letter first.`,
})
