/** Where the engine talks. Never pass a secret's value. */
export interface Log {
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

export type LogFields = Record<string, string | number | boolean | undefined>

export const silentLog: Log = { info() {}, warn() {}, error() {} }
