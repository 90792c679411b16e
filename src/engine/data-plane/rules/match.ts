import type { RuleAction } from './actions.ts'
import { compileCondition, type Condition, type Matchable, type Predicate } from './conditions.ts'
import type { Transform } from './transforms.ts'

/** A rule of a listener; the default rule has no conditions. */
export interface Rule {
  readonly arn: string
  readonly conditions: readonly Condition[]
  readonly action: RuleAction
  readonly transforms: readonly Transform[]
}

interface CompiledRule {
  readonly rule: Rule
  readonly predicates: readonly Predicate[]
}

/** A listener's rules, compiled once for all its requests. */
export class RuleSet {
  readonly #rules: readonly CompiledRule[]

  /** `rules` in order of priority, the default last. */
  constructor(rules: readonly Rule[]) {
    this.#rules = rules.map((rule) => ({
      rule,
      predicates: rule.conditions.map(compileCondition),
    }))
  }

  /** The first rule all of whose conditions hold; undefined when there is no default rule. */
  match(request: Matchable): Rule | undefined {
    for (const { rule, predicates } of this.#rules) {
      if (holds(predicates, request)) return rule
    }
    return undefined
  }
}

function holds(predicates: readonly Predicate[], request: Matchable): boolean {
  for (const predicate of predicates) if (!predicate(request)) return false
  return true
}
