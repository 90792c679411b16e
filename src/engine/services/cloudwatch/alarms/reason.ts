import type { AlarmRecord } from '../records.ts'
import type { AlarmState, Datapoint } from './evaluate.ts'

const WORDS: Record<string, string> = {
  GreaterThanThreshold: 'greater than',
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
}

/** Why an alarm has its state, in CloudWatch's words. */
export function stateReason(
  alarm: AlarmRecord,
  state: AlarmState,
  real: readonly (Datapoint & { wall: Date })[],
): string {
  const n = alarm.evaluationPeriods
  if (real.length === 0) {
    const periods = `${n} period${n === 1 ? '' : 's'}`
    const filled =
      alarm.treatMissingData === 'breaching' || alarm.treatMissingData === 'notBreaching'
        ? ` and ${n} missing datapoint${n === 1 ? ' was' : 's were'} treated as ` +
          `[${alarm.treatMissingData === 'breaching' ? 'Breaching' : 'NonBreaching'}]`
        : ''
    const opening = filled === '' ? 'Insufficient Data' : 'Threshold Crossed'
    return `${opening}: no datapoints were received for ${periods}${filled}.`
  }
  const shown = real.slice(-n)
  const points = shown.map(({ value, wall }) => `${decimal(value)} (${shortTime(wall)})`).join(', ')
  const crossed = state === 'ALARM'
  const verb = shown.length === 1 ? 'was' : 'were'
  const relation = `${verb} ${crossed ? '' : 'not '}${WORDS[alarm.comparison] ?? ''}`
  const many =
    shown.length === 1 ? '1 datapoint' : `${shown.length} out of the last ${n} datapoints`
  const m = alarm.datapointsToAlarm ?? n
  const minimum =
    shown.length === 1
      ? ''
      : ` (minimum ${m} datapoint${m === 1 ? '' : 's'} for ` +
        `${crossed ? 'OK -> ALARM' : 'ALARM -> OK'} transition)`
  return (
    `Threshold Crossed: ${many} [${points}] ${relation} the threshold ` +
    `(${decimal(alarm.threshold)})${minimum}.`
  )
}

function decimal(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value)
}

/** `24/10/25 10:00:00`, as CloudWatch writes times into reasons. */
function shortTime(date: Date): string {
  const iso = date.toISOString()
  return `${iso.slice(8, 10)}/${iso.slice(5, 7)}/${iso.slice(2, 4)} ${iso.slice(11, 19)}`
}
