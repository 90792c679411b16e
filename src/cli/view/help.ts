import type { Command, Option } from '../command.ts'

const COLUMN = 26

/** `longshore --help`: every command with its summary. */
export function overview(commands: readonly Command[], version: string): string {
  const width = Math.max(...commands.map(({ name }) => name.length)) + 2
  return [
    `Longshore ${version}: one typed file to ECS on Fargate, and the same ECS on this machine.`,
    '',
    'Usage: longshore COMMAND [options]',
    '',
    'Commands:',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`),
    '',
    'Every command has --help with examples, and --json.',
    'Exit codes: 0 done, 1 failed, 2 wrong input and nothing was changed.',
  ].join('\n')
}

/** `longshore COMMAND --help`. */
export function commandHelp(command: Command): string {
  const positionals = command.positionals.map(({ name, required, rest }) => {
    const shown = rest === true ? `-- ${name}...` : name
    return required === true ? shown : `[${shown}]`
  })
  const options = { ...command.options, ...STANDARD }
  return [
    sentence(command.summary),
    ...(command.details === undefined ? [] : ['', command.details]),
    '',
    `Usage: longshore ${[command.name, ...positionals, '[options]'].join(' ')}`,
    ...section(
      'Arguments:',
      command.positionals.map(({ name, summary }) => row(name, summary)),
    ),
    ...section(
      'Options:',
      Object.entries(options).map(([name, option]) => row(flagOf(name, option), summaryOf(option))),
    ),
    ...section(
      'Examples:',
      command.examples.flatMap(({ command: line, does }) => [`  ${line}`, `      ${does}`]),
    ),
  ].join('\n')
}

const STANDARD: Record<string, Option> = {
  json: { type: 'boolean', summary: 'print one JSON value (or one a line where it streams)' },
  help: { type: 'boolean', short: 'h', summary: 'print this' },
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines]
}

function row(left: string, right: string): string {
  return left.length < COLUMN - 2
    ? `  ${left.padEnd(COLUMN)}${right}`
    : `  ${left}\n  ${' '.repeat(COLUMN)}${right}`
}

function flagOf(name: string, { short, value }: Option): string {
  const long = value === undefined ? `--${name}` : `--${name} ${value}`
  return short === undefined ? `    ${long}` : `-${short}, ${long}`
}

function summaryOf({ summary, default: value }: Option): string {
  return value === undefined ? summary : `${summary} (default: ${value})`
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
