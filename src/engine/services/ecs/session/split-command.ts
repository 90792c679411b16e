import { invalidParameter } from '../errors.ts'

const WORD = /\s*((?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+)/y

/** Splits a command as a shell splits words; nothing is expanded. */
export function splitCommand(command: string): string[] {
  const words: string[] = []
  let end = 0
  while (command.slice(end).trim() !== '') {
    WORD.lastIndex = end
    const match = WORD.exec(command)
    if (match === null) throw invalidParameter(`The command has an open quote: ${command}`)
    words.push(unquote(match[1] ?? ''))
    end = WORD.lastIndex
  }
  if (words.length === 0) throw invalidParameter('The command is empty.')
  return words
}

function unquote(word: string): string {
  return word.replaceAll(
    /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/g,
    (_all, double?: string, single?: string, escaped?: string) =>
      double === undefined ? (single ?? escaped ?? '') : double.replaceAll(/\\(["\\$`])/g, '$1'),
  )
}
