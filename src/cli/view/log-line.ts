import pc from 'picocolors'
import type { LogLine } from '../../ops/logs.ts'

const SHORT_ID = 8
const PALETTE = [pc.cyan, pc.magenta, pc.green, pc.yellow, pc.blue]

/** `12:00:01.234 api 3f2a91bc message`, a colour for each container. */
export function logLineText(line: LogLine, colours: boolean): string {
  const time = line.timestamp.toISOString().slice(11, 23)
  const who = `${line.container} ${line.taskId.slice(0, SHORT_ID)}`
  if (!colours) return `${time} ${who} ${line.message}`
  const colour = PALETTE[hash(line.container) % PALETTE.length] ?? pc.cyan
  return `${pc.dim(time)} ${colour(who)} ${line.message}`
}

function hash(text: string): number {
  let value = 0
  for (const character of text) value = (value * 31 + (character.codePointAt(0) ?? 0)) >>> 0
  return value
}
