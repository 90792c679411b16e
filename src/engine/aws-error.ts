/**
 * An error as AWS answers it. Handlers throw it; the gateway encodes it in the shape of the
 * caller's protocol. `code` is the error's wire name (`InvalidParameterException`), `status` the
 * HTTP status.
 */
export class AwsError extends Error {
  override readonly name = 'AwsError'
  readonly code: string
  readonly status: number
  /** Further members of the error's shape, for the few that have any. */
  readonly members: Record<string, unknown>

  constructor(
    code: string,
    message: string,
    options: { status?: number; members?: Record<string, unknown> } = {},
  ) {
    super(message)
    this.code = code
    this.status = options.status ?? 400
    this.members = options.members ?? {}
  }
}
