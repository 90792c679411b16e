import type { Measurement } from './suite.ts'

const WIDTHS = [58, 14, 22, 9, 12]

export const HEADER = row(['what', 'ours', 'theirs', 'ratio', 'target', ''])

/** A measurement as a line: what, ours, theirs, ratio, target, and whether it is met. */
export function line({ what, unit, ours, theirs, peer, target }: Measurement): string {
  const ratio = theirs === undefined ? undefined : ours / theirs
  const met =
    target.kind === 'at-most'
      ? ours <= target.value
      : ratio !== undefined && ratio >= target.atLeast
  return row([
    what,
    `${figure(ours)} ${unit}`,
    theirs === undefined ? '-' : `${figure(theirs)} (${peer})`,
    ratio === undefined ? '-' : `${figure(ratio)}x`,
    target.kind === 'at-most' ? `<= ${figure(target.value)}` : `>= ${figure(target.atLeast)}x`,
    ratio === undefined && target.kind !== 'at-most' ? 'not compared' : met ? 'met' : 'MISSED',
  ])
}

function row(cells: readonly string[]): string {
  return cells.map((cell, i) => cell.padEnd(WIDTHS[i] ?? 0)).join(' ')
}

function figure(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2
  return value.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: 0 })
}
