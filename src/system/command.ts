/** A command that runs once, in a task of its own, before a release takes traffic. */
export interface OneOffCommand {
  readonly kind: 'command'
  readonly command: readonly string[]
  readonly options: CommandOptions
}

export interface CommandOptions {
  /** The container whose image, environment and secrets it gets. Default: the service's first. */
  readonly container?: string
  /** Minutes until it counts as failed, 1 to 720. Default: 15. */
  readonly timeoutMinutes?: number
}

/** For a service's `before`: `before: { migrate: command(['node', 'migrate.js']) }`. */
export function command(words: readonly string[], options: CommandOptions = {}): OneOffCommand {
  return { kind: 'command', command: words, options }
}
