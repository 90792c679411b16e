import pc from 'picocolors'
import type { OnProgress, PlannedChange, Progress } from '../../ops/deploy/progress.ts'
import { say, type Streams } from '../streams.ts'

const SHORT_ID = 8
const SIGNS: Record<PlannedChange['action'], string> = {
  Add: '+',
  Modify: '~',
  Remove: '-',
  Import: '>',
  Dynamic: '?',
  SyncWithActual: '=',
}

/** Writes a deployment's progress to stderr, a line at a time. */
export function progressWriter(streams: Streams): OnProgress {
  const colours = pc.createColors(streams.stderr.isTTY === true)
  return (progress) => {
    const line = progressLine(progress, colours)
    if (line !== undefined) say(streams, line)
  }
}

type Colours = ReturnType<typeof pc.createColors>

/** One line of progress; undefined for what is not worth one. */
export function progressLine(progress: Progress, colours: Colours): string | undefined {
  switch (progress.kind) {
    case 'step':
      return colours.bold(`▸ ${progress.name}`)
    case 'step-done':
      return colours.dim(`  ${progress.name}: ${(progress.ms / 1000).toFixed(1)} s`)
    case 'build':
      return colours.dim(`  ${progress.image} │ ${progress.line}`)
    case 'image':
      return `  ${progress.image} ${progress.cached ? 'unchanged' : 'pushed'} ${digestOf(progress.uri)}`
    case 'change':
      return changeLine(progress.change, colours)
    case 'resource':
      return resourceLine(progress.event, colours)
    case 'one-off':
      return `  ${colours.magenta(progress.name)} ${progress.taskId.slice(0, SHORT_ID)} ${progress.status}`
    case 'one-off-log':
      return colours.dim(`  ${progress.name} │ ${progress.line}`)
    case 'task':
      return taskLine(progress, colours)
    case 'service-event':
      return colours.dim(`  ${progress.message}`)
  }
}

function changeLine(change: PlannedChange, colours: Colours): string {
  const replaced = change.replacement === 'True' ? colours.yellow(' (is replaced)') : ''
  return `  ${SIGNS[change.action]} ${change.logicalId} ${colours.dim(change.type)}${replaced}`
}

function resourceLine(
  event: Extract<Progress, { kind: 'resource' }>['event'],
  colours: Colours,
): string | undefined {
  const { LogicalResourceId: id = '', ResourceStatus = '', ResourceStatusReason: reason } = event
  if (ResourceStatus.endsWith('_FAILED')) {
    return colours.red(`  ✗ ${id} ${ResourceStatus}: ${reason ?? ''}`)
  }
  if (event.ResourceType === 'AWS::CloudFormation::Stack') {
    return ResourceStatus.endsWith('_IN_PROGRESS') ? undefined : `  ${id} ${ResourceStatus}`
  }
  // Only what has ended is worth a line: a stack of fifty resources makes enough of them.
  if (!ResourceStatus.endsWith('_COMPLETE')) return undefined
  return `  ${colours.green('✓')} ${id} ${colours.dim(ResourceStatus)}`
}

function taskLine(
  { service, taskId, status, detail }: Extract<Progress, { kind: 'task' }>,
  colours: Colours,
): string {
  const coloured = status.startsWith('STOP') ? colours.yellow(status) : colours.cyan(status)
  const why = detail === undefined ? '' : ` ${colours.dim(detail)}`
  return `  ${service} ${taskId.slice(0, SHORT_ID)} ${coloured}${why}`
}

function digestOf(uri: string): string {
  return uri.split('@sha256:').at(-1)?.slice(0, 12) ?? uri
}
