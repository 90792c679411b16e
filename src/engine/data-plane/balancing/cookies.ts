/** The load balancer's own cookies. AWS: "Sticky sessions for your Application Load Balancer". */

export const TARGET_COOKIE = 'AWSALB'
export const GROUP_COOKIE = 'AWSALBTG'
/** The load balancer's companion of an application's cookie. */
export const APP_COOKIE = 'AWSALBAPP-0'

/** What a cookie of ours says: where the client belongs, and until when. */
export interface Belonging {
  /** A target (`ip:port`) of a group, or a group. */
  readonly to: string
  readonly untilMs: number
}

/** The value of a cookie in a `Cookie` field; undefined when it is not there. */
export function cookieValue(field: string, name: string): string | undefined {
  if (!field.includes(name)) return undefined
  for (const pair of field.split(';')) {
    const equals = pair.indexOf('=')
    if (equals >= 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim()
  }
  return undefined
}

/** AWS's values are opaque; ours are too, to whoever does not look. */
export function encodeBelonging({ to, untilMs }: Belonging): string {
  return Buffer.from(`${untilMs} ${to}`).toString('base64url')
}

/** What a cookie says, when it is one of ours and still fresh. */
export function decodeBelonging(value: string | undefined, nowMs: number): string | undefined {
  if (value === undefined) return undefined
  const match = /^(\d{1,15}) (.+)$/.exec(Buffer.from(value, 'base64url').toString())
  return match !== null && Number(match[1]) > nowMs ? match[2] : undefined
}

/** The `Set-Cookie` lines: one for same-site requests, one for those of other sites (CORS). */
export function setCookieLines(name: string, value: string, expires: Date | undefined): string {
  const until = expires === undefined ? '' : `; Expires=${expires.toUTCString()}`
  return (
    `Set-Cookie: ${name}=${value}${until}; Path=/\r\n` +
    (name === APP_COOKIE
      ? ''
      : `Set-Cookie: ${name}CORS=${value}${until}; Path=/; SameSite=None; Secure\r\n`)
  )
}
