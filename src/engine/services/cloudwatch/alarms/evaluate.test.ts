import { expect, test } from 'vitest'
import { type AlarmState, evaluateAlarm, type MissingData } from './evaluate.ts'

const TREATMENTS: MissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching']

/** `X` breaches, `0` does not, `-` is missing; the newest period is last. */
function states(range: string, m: number, current: AlarmState = 'OK'): AlarmState[] {
  const periods = range
    .split(' ')
    .map((symbol, start) =>
      symbol === '-' ? undefined : { start, value: symbol === 'X' ? 100 : 1 },
    )
  return TREATMENTS.map((treatMissingData) =>
    evaluateAlarm(
      {
        comparison: 'GreaterThanThreshold',
        threshold: 50,
        evaluationPeriods: 3,
        datapointsToAlarm: m,
        treatMissingData,
      },
      periods,
      current,
    ),
  )
}

const all = (state: AlarmState): AlarmState[] => TREATMENTS.map(() => state)

test('CW-2: three of three datapoints, as the User Guide tabulates', () => {
  expect(states('0 - X - X', 3)).toEqual(all('OK'))
  expect(states('0 X X - X', 3)).toEqual(all('ALARM'))
  expect(states('- - - - 0', 3)).toEqual(all('OK'))
  expect(states('- - - - -', 3, 'ALARM')).toEqual(['INSUFFICIENT_DATA', 'ALARM', 'ALARM', 'OK'])
  expect(states('- - X - -', 3, 'OK')).toEqual(['ALARM', 'OK', 'ALARM', 'OK'])
})

test('CW-2: two of three datapoints, as the User Guide tabulates', () => {
  expect(states('0 - X - X', 2)).toEqual(all('ALARM'))
  expect(states('0 0 X 0 X', 2)).toEqual(all('ALARM'))
  expect(states('0 - X - -', 2)).toEqual(['OK', 'OK', 'ALARM', 'OK'])
  expect(states('- - - - 0', 2)).toEqual(['OK', 'OK', 'ALARM', 'OK'])
  expect(states('- - - X -', 2, 'OK')).toEqual(['ALARM', 'OK', 'ALARM', 'OK'])
})

test('CW-2: one sparse breaching datapoint does not raise an alarm early', () => {
  expect(states('- - - - X', 3, 'INSUFFICIENT_DATA')[0]).toBe('INSUFFICIENT_DATA')
})
