import { expect, test } from 'vitest'
import {
  afterCheck,
  type CheckResult,
  type Health,
  INITIAL_HEALTH,
  reportedHealth,
} from './state.ts'

const THRESHOLDS = { healthy: 3, unhealthy: 2 }
const PASS: CheckResult = { passed: true }
const FAIL: CheckResult = {
  passed: false,
  reason: 'Target.ResponseCodeMismatch',
  description: 'Health checks failed with these codes: [500]',
}

function after(...results: CheckResult[]): Health {
  return results.reduce((health, result) => afterCheck(health, result, THRESHOLDS), INITIAL_HEALTH)
}

test('makes a new target healthy after one success', () => {
  expect(after(PASS).state).toBe('healthy')
})

test('makes a new target unhealthy only at the threshold', () => {
  expect(after(FAIL).state).toBe('initial')
  expect(after(FAIL, FAIL)).toMatchObject({
    state: 'unhealthy',
    reason: 'Target.ResponseCodeMismatch',
    description: 'Health checks failed with these codes: [500]',
  })
})

test('needs consecutive failures to make a healthy target unhealthy', () => {
  expect(after(PASS, FAIL, PASS, FAIL).state).toBe('healthy')
  expect(after(PASS, FAIL, FAIL).state).toBe('unhealthy')
})

test('needs as many successes as the threshold to make an unhealthy target healthy', () => {
  expect(after(FAIL, FAIL, PASS, PASS).state).toBe('unhealthy')
  expect(after(FAIL, FAIL, PASS, PASS, FAIL, PASS, PASS).state).toBe('unhealthy')
  expect(after(FAIL, FAIL, PASS, PASS, PASS)).toMatchObject({
    state: 'healthy',
    reason: undefined,
  })
})

test("reports in AWS's words", () => {
  const situation = { health: after(PASS), draining: false, inUse: true, checksEnabled: true }
  expect(reportedHealth(situation)).toMatchObject({ state: 'healthy', reason: undefined })
  expect(reportedHealth({ ...situation, draining: true })).toMatchObject({
    state: 'draining',
    reason: 'Target.DeregistrationInProgress',
  })
  expect(reportedHealth({ ...situation, inUse: false })).toMatchObject({
    state: 'unused',
    reason: 'Target.NotInUse',
  })
  expect(reportedHealth({ ...situation, checksEnabled: false })).toMatchObject({
    state: 'unavailable',
    reason: 'Target.HealthCheckDisabled',
  })
  expect(reportedHealth({ ...situation, health: INITIAL_HEALTH })).toMatchObject({
    state: 'initial',
    reason: 'Elb.RegistrationInProgress',
  })
  expect(reportedHealth({ ...situation, health: after(FAIL) })).toMatchObject({
    state: 'initial',
    reason: 'Elb.InitialHealthChecking',
  })
})
