import { BlockList, isIPv6 } from 'node:net'
import { arnMatches, globMatches, plain } from './glob.ts'

/** Whether one value of the request passes one value of the policy. */
export type Compare = (given: string, wanted: string) => boolean

interface Operator {
  readonly compare: Compare
  /** A negated operator passes when no value of the policy compares. */
  readonly negated: boolean
}

const equals: Compare = (given, wanted) => given === plain(wanted)
const equalsIgnoreCase: Compare = (given, wanted) =>
  given.toLowerCase() === plain(wanted).toLowerCase()
const like: Compare = (given, wanted) => globMatches(wanted, given)
const arn: Compare = (given, wanted) => arnMatches(wanted, given)
const ip: Compare = (given, wanted) => inRange(given, wanted)
const numeric = (test: (a: number, b: number) => boolean): Compare => {
  return (given, wanted) => test(numberOf(given), numberOf(wanted))
}
const date = (test: (a: number, b: number) => boolean): Compare => {
  return (given, wanted) => test(timeOf(given), timeOf(wanted))
}

const ORDER = {
  Equals: (a: number, b: number) => a === b,
  LessThan: (a: number, b: number) => a < b,
  LessThanEquals: (a: number, b: number) => a <= b,
  GreaterThan: (a: number, b: number) => a > b,
  GreaterThanEquals: (a: number, b: number) => a >= b,
}

const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: { compare: equals, negated: false },
  StringNotEquals: { compare: equals, negated: true },
  StringEqualsIgnoreCase: { compare: equalsIgnoreCase, negated: false },
  StringNotEqualsIgnoreCase: { compare: equalsIgnoreCase, negated: true },
  StringLike: { compare: like, negated: false },
  StringNotLike: { compare: like, negated: true },
  ArnEquals: { compare: arn, negated: false },
  ArnLike: { compare: arn, negated: false },
  ArnNotEquals: { compare: arn, negated: true },
  ArnNotLike: { compare: arn, negated: true },
  Bool: { compare: equalsIgnoreCase, negated: false },
  BinaryEquals: { compare: equals, negated: false },
  IpAddress: { compare: ip, negated: false },
  NotIpAddress: { compare: ip, negated: true },
  NumericNotEquals: { compare: numeric(ORDER.Equals), negated: true },
  DateNotEquals: { compare: date(ORDER.Equals), negated: true },
  ...Object.fromEntries(
    Object.entries(ORDER).flatMap(([name, test]) => [
      [`Numeric${name}`, { compare: numeric(test), negated: false }],
      [`Date${name}`, { compare: date(test), negated: false }],
    ]),
  ),
}

/** An operator as a policy writes it, taken apart. */
export interface ParsedOperator {
  readonly name: string
  readonly set: 'ForAllValues' | 'ForAnyValue' | undefined
  readonly ifExists: boolean
}

export function parseOperator(text: string): ParsedOperator {
  const [, set, name = '', suffix] =
    /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(text) ?? []
  return { name, set: set as ParsedOperator['set'], ifExists: suffix !== undefined }
}

export function operatorOf(name: string): Operator | undefined {
  return OPERATORS[name]
}

/** Whether IAM knows an operator of that spelling. */
export function isOperator(text: string): boolean {
  const { name } = parseOperator(text)
  return name === 'Null' || OPERATORS[name] !== undefined
}

function numberOf(text: string): number {
  return /^\s*[-+]?[\d.]/.test(text) ? Number(text) : Number.NaN
}

/** An ISO 8601 time, or seconds since 1970. */
function timeOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text)
}

function inRange(address: string, range: string): boolean {
  const [base = '', length] = range.split('/')
  const family = isIPv6(base) ? 'ipv6' : 'ipv4'
  const prefix = length === undefined ? (family === 'ipv6' ? 128 : 32) : Number(length)
  const list = new BlockList()
  try {
    list.addSubnet(base, prefix, family)
    return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
  } catch {
    // What is no address is in no range.
    return false
  }
}
