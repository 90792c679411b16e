import { LongshoreError } from '../../base/errors.ts'

/** One instruction, its continuation lines joined. */
export interface Instruction {
  readonly line: number
  /** In capitals: `COPY`. */
  readonly name: string
  /** `--from=build` → from: build. */
  readonly flags: Readonly<Record<string, string>>
  /** What follows, as written. */
  readonly text: string
}

export interface Stage {
  readonly base: string
  readonly name: string | undefined
  readonly line: number
  readonly instructions: readonly Instruction[]
}

export interface Dockerfile {
  /** Arguments before the first FROM, with their defaults. */
  readonly args: Readonly<Record<string, string | undefined>>
  readonly stages: readonly Stage[]
}

const KNOWN = new Set([
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
])

/** Parses a Dockerfile. `file` names it in errors. */
export function parseDockerfile(text: string, file: string): Dockerfile {
  const args: Record<string, string | undefined> = {}
  const stages: {
    base: string
    name: string | undefined
    line: number
    instructions: Instruction[]
  }[] = []
  for (const instruction of instructionsOf(text, file)) {
    const stage = stages.at(-1)
    if (instruction.name === 'FROM') {
      const [, base, name] = /^(\S+)(?:\s+as\s+(\S+))?$/i.exec(instruction.text) ?? []
      if (base === undefined)
        throw mistake(file, instruction.line, 'FROM names no image', 'FROM node:24-slim')
      stages.push({ base, name, line: instruction.line, instructions: [] })
    } else if (stage !== undefined) {
      stage.instructions.push(instruction)
    } else if (instruction.name === 'ARG') {
      const [name, value] = splitOnce(instruction.text, '=')
      args[name] = value
    } else {
      throw mistake(
        file,
        instruction.line,
        `${instruction.name} stands before the first FROM`,
        'FROM node:24-slim',
      )
    }
  }
  if (stages.length === 0) throw mistake(file, 1, 'there is no FROM', 'FROM node:24-slim')
  return { args, stages }
}

export function mistake(file: string, line: number, message: string, example: string) {
  return new LongshoreError('dockerfile', message, {
    place: `${file}:${line}`,
    next: `Write it so: ${example}`,
    exitCode: 2,
  })
}

function instructionsOf(text: string, file: string): Instruction[] {
  const lines = text.split(/\r?\n/)
  const found: Instruction[] = []
  for (let i = 0; i < lines.length; i++) {
    const line = i + 1
    let joined = (lines[i] ?? '').trim()
    if (joined === '' || joined.startsWith('#')) continue
    while (joined.endsWith('\\') && i + 1 < lines.length) {
      const next = (lines[++i] ?? '').trim()
      if (next.startsWith('#')) continue
      joined = `${joined.slice(0, -1).trimEnd()} ${next}`
    }
    const [, name = '', rest = ''] = /^([A-Za-z]+)\s*([\s\S]*)$/.exec(joined) ?? []
    const upper = name.toUpperCase()
    if (!KNOWN.has(upper)) {
      throw mistake(file, line, `there is no instruction "${name || joined}"`, 'COPY . .')
    }
    if (/<<-?["']?\w+/.test(rest) && /^(RUN|COPY|ADD)$/.test(upper)) {
      throw mistake(
        file,
        line,
        'here-documents are read by Docker only',
        'a script file, and RUN sh ./script.sh',
      )
    }
    found.push({ line, name: upper, ...withoutFlags(rest) })
  }
  return found
}

function withoutFlags(text: string): Pick<Instruction, 'flags' | 'text'> {
  const flags: Record<string, string> = {}
  let rest = text
  for (let match = FLAG.exec(rest); match !== null; match = FLAG.exec(rest)) {
    flags[match[1] ?? ''] = match[2] ?? 'true'
    rest = rest.slice(match[0].length)
  }
  return { flags, text: rest.trim() }
}

const FLAG = /^--([a-z-]+)(?:=(\S+))?\s+/

export function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)]
}

/** `["node", "x"]` as words; undefined for the shell form. */
export function execForm(text: string): string[] | undefined {
  if (!text.startsWith('[')) return undefined
  try {
    const parsed: unknown = JSON.parse(text)
    return Array.isArray(parsed) && parsed.every((word) => typeof word === 'string')
      ? parsed
      : undefined
  } catch {
    return undefined
  }
}

/** Replaces `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+other}`. */
export function substitute(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(VARIABLE, (found) => {
    if (found === '\\$') return '$'
    const match = /^\$\{?(\w+)(?::([-+])([^}]*))?\}?$/.exec(found)
    const value = values[match?.[1] ?? ''] ?? ''
    if (match?.[2] === '-' && value === '') return match[3] ?? ''
    if (match?.[2] === '+') return value === '' ? '' : (match[3] ?? '')
    return value
  })
}

const VARIABLE = /\\\$|\$(?:\w+|\{\w+(?::[-+][^}]*)?\})/g

/** Words of a line, quotes removed: `A=1 B="two words"`. */
export function words(text: string): string[] {
  return [...text.matchAll(/(?:[^\s"']|"(?:[^"\\]|\\.)*"|'[^']*')+/g)].map(([word]) =>
    word.replaceAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g, (_all, double?: string, single?: string) =>
      double === undefined ? (single ?? '') : double.replaceAll(/\\(.)/g, '$1'),
    ),
  )
}
