import { expect, test } from 'vitest'
import { parseTemplate } from './parse-template.ts'
import { parameterValues } from './parameters.ts'
import type { GivenParameter } from './parameters.ts'

function values(
  declarations: object,
  given: GivenParameter[],
  previous: Record<string, string> = {},
): Readonly<Record<string, string>> {
  const Resources = { A: { Type: 'AWS::SNS::Topic' } }
  const template = parseTemplate(JSON.stringify({ Parameters: declarations, Resources }))
  return parameterValues(template, given, previous)
}

const STRING = { Type: 'String' }

test('takes what is given, else what was there when asked to, else the default', () => {
  const declarations = { A: STRING, B: STRING, C: { ...STRING, Default: 'c' } }
  const given = [
    { ParameterKey: 'A', ParameterValue: 'a' },
    { ParameterKey: 'B', UsePreviousValue: true },
  ]
  expect(values(declarations, given, { B: 'old', C: 'older' })).toEqual({
    A: 'a',
    B: 'old',
    C: 'c',
  })
})

test.each<[object, string, string]>([
  [{ ...STRING, AllowedValues: ['a', 'b'] }, 'c', "Parameter 'P' must be one of AllowedValues"],
  [{ ...STRING, AllowedPattern: '[a-z]+' }, 'a1', "Parameter 'P' must match pattern [a-z]+"],
  [
    { ...STRING, AllowedPattern: '[a-z]+', ConstraintDescription: 'letters only' },
    'a1',
    'Parameter P failed to satisfy constraint: letters only',
  ],
  [{ ...STRING, MinLength: 3 }, 'ab', "Parameter 'P' must contain at least 3 characters"],
  [{ ...STRING, MaxLength: '2' }, 'abc', "Parameter 'P' must contain at most 2 characters"],
  [{ Type: 'Number' }, 'x', "Parameter 'P' must be a number"],
  [{ Type: 'Number', MaxValue: 5 }, '6', "Parameter 'P' must be a number not greater than 5"],
  [{ Type: 'List<Number>' }, '1,x', "Parameter 'P' must be a number"],
  [{ Type: 'Sting' }, 'x', 'Unrecognized parameter type: Sting'],
])('%j refuses %s', (declaration, value, message) => {
  const given = [{ ParameterKey: 'P', ParameterValue: value }]
  expect(() => values({ P: declaration }, given)).toThrow(message)
})

test('names what is missing and what there is not', () => {
  expect(() => values({ A: STRING, B: STRING }, [])).toThrow('Parameters: [A, B] must have values')
  expect(() => values({}, [{ ParameterKey: 'X', ParameterValue: '1' }])).toThrow(
    'Parameters: [X] do not exist in the template',
  )
})
