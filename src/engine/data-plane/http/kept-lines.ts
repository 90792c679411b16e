import { Field, type FieldTable } from './fields.ts'

/** The fields of a head but some: those that speak of one connection only, and those we write. */
export interface DroppedFields {
  /** By field number, 1 for dropped. */
  readonly known: Uint8Array
  /** Names (lower case) that the sender's `Connection` field nominated. */
  readonly nominated?: ReadonlySet<string> | undefined
  /** A further test, for fields that are not known, by name. */
  readonly unless?: RegExp | undefined
}

/** A table for `DroppedFields.known`. */
export function dropping(...fields: readonly number[]): Uint8Array {
  const table = new Uint8Array(Object.keys(Field).length)
  for (const field of fields) table[field] = 1
  return table
}

/** The lines of `text` that are passed on, with their CRLFs. Runs of them are copied in one go. */
export function keptLines(text: string, fields: FieldTable, dropped: DroppedFields): string {
  let kept = ''
  let runStart = fields.count > 0 ? fields.lineStart(0) : 0
  const byName = dropped.nominated !== undefined || dropped.unless !== undefined
  for (let i = 0; i < fields.count; i++) {
    const field = fields.field(i)
    const drop = dropped.known[field] === 1 || (byName && isNamed(text, fields, { i, dropped }))
    if (!drop) continue
    const start = fields.lineStart(i)
    if (start > runStart) kept += text.slice(runStart, start)
    runStart = fields.lineEnd(text, i)
  }
  const end = text.length - 2
  return fields.count > 0 && end > runStart ? kept + text.slice(runStart, end) : kept
}

function isNamed(
  text: string,
  fields: FieldTable,
  { i, dropped }: { i: number; dropped: DroppedFields },
): boolean {
  const field = fields.field(i)
  // What frames the message stays, whatever `Connection` nominates.
  if (field !== Field.other && field !== Field.cookie) return false
  const name = fields.name(text, i)
  return (
    dropped.nominated?.has(name.toLowerCase()) === true ||
    (dropped.unless !== undefined && !dropped.unless.test(name))
  )
}
