import { templateError, templateFormatError, validationError } from '../errors.ts'
import { evaluate } from './evaluate.ts'
import type { Scope } from './scope.ts'
import type { Template } from './template.ts'
import type { Value } from './value.ts'
import { isList, isMap, sameValue, scalarText } from './value.ts'

/** The truth of every condition of a template. Conditions may name one another. */
export function evaluateConditions(
  template: Template,
  scope: Scope,
): Readonly<Record<string, boolean>> {
  const known: Record<string, boolean> = {}
  const pending = new Set<string>()
  const truthOf = (name: string): boolean => {
    const found = known[name]
    if (found !== undefined) return found
    const expression = template.conditions[name]
    if (expression === undefined)
      throw templateFormatError(`Unresolved condition dependency ${name} in the Conditions block`)
    if (pending.has(name))
      throw templateFormatError(
        `Circular dependencies for condition(s): [${[...pending].join(', ')}]`,
      )
    pending.add(name)
    const truth = evaluateCondition(expression, scope, truthOf)
    pending.delete(name)
    known[name] = truth
    return truth
  }
  for (const name of Object.keys(template.conditions)) truthOf(name)
  return known
}

/** Evaluates one condition expression. */
export function evaluateCondition(
  expression: Value,
  scope: Scope,
  truthOf: (name: string) => boolean,
): boolean {
  const entry = isMap(expression) ? Object.entries(expression)[0] : undefined
  if (entry === undefined) {
    if (typeof expression === 'boolean') return expression
    throw templateFormatError('Every Conditions member must be a condition function.')
  }
  const [name, argument] = entry
  const each = (): boolean[] => {
    if (!isList(argument) || argument.length < 1 || argument.length > 10)
      throw templateError(`every ${name} object requires a list of 1 to 10 conditions.`)
    return argument.map((item) => evaluateCondition(item, scope, truthOf))
  }
  switch (name) {
    case 'Condition':
      return truthOf(scalarText(argument))
    case 'Fn::Equals':
      return equals(argument, scope)
    case 'Fn::And':
      return each().every(Boolean)
    case 'Fn::Or':
      return each().some(Boolean)
    case 'Fn::Not':
      return !each()[0]
    case 'Fn::Contains':
      return contains(argument, scope)
    default:
      throw templateError(`${name} is not a condition function`)
  }
}

function equals(argument: Value, scope: Scope): boolean {
  if (!isList(argument) || argument.length !== 2)
    throw templateError('every Fn::Equals object requires a list of 2 string parameters.')
  const [left, right] = argument.map((item) => comparable(evaluate(item, scope)))
  return sameValue(left, right)
}

function contains(argument: Value, scope: Scope): boolean {
  const [list, item] = isList(argument) ? argument : []
  const items = list === undefined ? undefined : evaluate(list, scope)
  if (!isList(items) || item === undefined)
    throw templateError('every Fn::Contains object requires a list and a value.')
  return items.map(comparable).includes(comparable(evaluate(item, scope)))
}

/** Conditions compare text: the number 1 and the string "1" are equal. */
function comparable(value: Value | undefined): Value {
  if (value === undefined) return ''
  return typeof value === 'object' ? value : String(value)
}

/** Checks the `Rules` of a template against its parameters. */
export function checkRules(template: Template, scope: Scope): void {
  const truthOf = (name: string): boolean => scope.conditions[name] ?? false
  for (const rule of Object.values(template.rules)) {
    if (rule.condition !== undefined && !evaluateCondition(rule.condition, scope, truthOf)) continue
    for (const { assert, description } of rule.assertions)
      if (!evaluateCondition(assert, scope, truthOf))
        throw validationError(`Template validation error: ${description}`)
  }
}
