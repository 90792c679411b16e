import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Mail {
  readonly to: string
  readonly subject: string
  readonly body: string
  readonly at: Date
  readonly id: string
}

/**
 * Where e-mail goes: one file a message under `mailbox/` of the engine's data directory, with
 * headers on top, so that any editor or mail reader shows it. Nothing leaves the machine.
 */
export class Mailbox {
  readonly #directory: () => string

  constructor(dataDir: () => string) {
    this.#directory = () => join(dataDir(), 'mailbox')
  }

  /** Writes a message and answers its file's name. */
  put({ to, subject, body, at, id }: Mail): string {
    const directory = this.#directory()
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const stamp = at.toISOString().replaceAll(/[:.]/g, '-')
    const name = `${stamp}-${id}.eml`
    const headers = [
      `Date: ${at.toUTCString()}`,
      'From: AWS Notifications <no-reply@sns.amazonaws.com>',
      `To: ${oneLine(to)}`,
      `Subject: ${oneLine(subject)}`,
      `Message-ID: <${id}>`,
      'Content-Type: text/plain; charset=utf-8',
    ]
    writeFileSync(join(directory, name), `${headers.join('\n')}\n\n${body}\n`, { mode: 0o600 })
    return name
  }

  /** Names of the messages, oldest first. */
  list(): string[] {
    try {
      return readdirSync(this.#directory()).toSorted()
    } catch {
      return []
    }
  }

  read(name: string): string {
    return readFileSync(join(this.#directory(), name), 'utf8')
  }
}

/** A header cannot hold a line break, which would begin another header. */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ')
}
