import { AwsError } from '../../../aws-error.ts'

/** Values of one period by the ids of the queries: `m1`, `visible`. */
export type PeriodValues = Readonly<Record<string, number | undefined>>
type Term = (values: PeriodValues) => number | undefined

const TOKEN = /\s*(\d+(?:\.\d+)?|[a-z]\w*|[A-Z]+|[-+*/^(),]|>=|<=|==|!=|>|<)/y

/**
 * A metric math expression, one period at a time: arithmetic, comparisons, FILL, IF, SUM, AVG, MIN,
 * MAX, ABS, CEIL, FLOOR. A period in which a metric has no value has none either, unless filled.
 *
 * Amazon CloudWatch User Guide, "Using math expressions with CloudWatch metrics".
 */
export function compileExpression(text: string): Term {
  return new ExpressionParser(text).parse()
}

class ExpressionParser {
  readonly #text: string
  readonly #tokens: string[] = []
  #next = 0

  constructor(text: string) {
    this.#text = text
    let end = 0
    while (text.slice(end).trim() !== '') {
      TOKEN.lastIndex = end
      const token = TOKEN.exec(text)?.[1]
      if (token === undefined) throw this.#error()
      this.#tokens.push(token)
      end = TOKEN.lastIndex
    }
  }

  parse(): Term {
    const term = this.#comparison()
    if (this.#next < this.#tokens.length) throw this.#error()
    return term
  }

  #comparison(): Term {
    let left = this.#sum()
    for (let operator = this.#take(COMPARISONS); operator !== undefined;) {
      left = binary(operator, left, this.#sum())
      operator = this.#take(COMPARISONS)
    }
    return left
  }

  #sum(): Term {
    let left = this.#product()
    for (let operator = this.#take(['+', '-']); operator !== undefined;) {
      left = binary(operator, left, this.#product())
      operator = this.#take(['+', '-'])
    }
    return left
  }

  #product(): Term {
    let left = this.#atom()
    for (let operator = this.#take(['*', '/', '^']); operator !== undefined;) {
      left = binary(operator, left, this.#atom())
      operator = this.#take(['*', '/', '^'])
    }
    return left
  }

  #atom(): Term {
    if (this.#take(['-']) !== undefined) return binary('-', () => 0, this.#atom())
    if (this.#take(['(']) !== undefined) {
      const inner = this.#comparison()
      if (this.#take([')']) === undefined) throw this.#error()
      return inner
    }
    const token = this.#tokens[this.#next++]
    if (token === undefined) throw this.#error()
    if (/^\d/.test(token)) return () => Number(token)
    if (/^[a-z]/.test(token)) return (values) => values[token]
    return this.#call(token)
  }

  #call(name: string): Term {
    if (this.#take(['(']) === undefined) throw this.#error()
    const args: Term[] = []
    do args.push(this.#comparison())
    while (this.#take([',']) !== undefined)
    if (this.#take([')']) === undefined) throw this.#error()
    const apply = FUNCTIONS[name]
    if (apply === undefined) throw this.#error()
    return (values) => apply(args.map((arg) => arg(values)))
  }

  #take(symbols: readonly string[]): string | undefined {
    const token = this.#tokens[this.#next]
    if (token === undefined || !symbols.includes(token)) return undefined
    this.#next++
    return token
  }

  #error(): AwsError {
    return new AwsError('ValidationError', `Error in expression: ${this.#text}`)
  }
}

const COMPARISONS = ['>', '<', '>=', '<=', '==', '!=']

const OPERATORS: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
  '>': (a, b) => Number(a > b),
  '<': (a, b) => Number(a < b),
  '>=': (a, b) => Number(a >= b),
  '<=': (a, b) => Number(a <= b),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
}

function binary(operator: string, left: Term, right: Term): Term {
  const apply = OPERATORS[operator]
  return (values) => {
    const [a, b] = [left(values), right(values)]
    if (a === undefined || b === undefined || apply === undefined) return undefined
    const result = apply(a, b)
    // CloudWatch drops periods in which a division has no result.
    return Number.isFinite(result) ? result : undefined
  }
}

type Values = readonly (number | undefined)[]

function known(values: Values): number[] {
  return values.filter((value) => value !== undefined)
}

const FUNCTIONS: Record<string, (args: Values) => number | undefined> = {
  FILL: ([value, fallback]) => value ?? fallback,
  IF: ([condition, yes, no]) => (condition === undefined || condition === 0 ? no : yes),
  SUM: (args) => known(args).reduce((sum, value) => sum + value, 0),
  AVG: (args) => {
    const values = known(args)
    return values.length === 0 ? undefined : values.reduce((s, v) => s + v, 0) / values.length
  },
  MIN: (args) => (known(args).length === 0 ? undefined : Math.min(...known(args))),
  MAX: (args) => (known(args).length === 0 ? undefined : Math.max(...known(args))),
  ABS: ([value]) => (value === undefined ? undefined : Math.abs(value)),
  CEIL: ([value]) => (value === undefined ? undefined : Math.ceil(value)),
  FLOOR: ([value]) => (value === undefined ? undefined : Math.floor(value)),
}
