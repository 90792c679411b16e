/** An IPv4 range: its first address and its prefix length. */
export interface Cidr {
  readonly base: number
  readonly prefix: number
}

const OCTET = String.raw`(0|[1-9]\d{0,2})`
const DOTTED = new RegExp(`^${[OCTET, OCTET, OCTET, OCTET].join(String.raw`\.`)}$`)

/** An IPv4 address as an unsigned number; undefined when the text is none. */
export function parseIp(text: string): number | undefined {
  const match = DOTTED.exec(text)
  if (match === null) return undefined
  const bytes = match.slice(1).map(Number)
  if (bytes.some((byte) => byte > 255)) return undefined
  return bytes.reduce((number, byte) => number * 256 + byte, 0)
}

export function formatIp(ip: number): string {
  return [24, 16, 8, 0].map((shift) => (ip >>> shift) & 255).join('.')
}

/** `10.0.0.0/16`; undefined when the text is no range. Bits beyond the prefix are dropped. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = '', length = '', ...rest] = text.split('/')
  const ip = parseIp(address)
  const prefix = Number(length)
  if (ip === undefined || rest.length > 0 || !/^\d{1,2}$/.test(length) || prefix > 32)
    return undefined
  return { base: ip - (ip % size({ base: 0, prefix })), prefix }
}

export function formatCidr({ base, prefix }: Cidr): string {
  return `${formatIp(base)}/${prefix}`
}

/** How many addresses a range has. */
export function size({ prefix }: Cidr): number {
  return 2 ** (32 - prefix)
}

/** Whether the address, as a number, lies in the range. */
export function contains(range: Cidr, ip: number): boolean {
  return ip >= range.base && ip < range.base + size(range)
}

/** Whether `outer` holds the whole of `inner`. */
export function containsRange(outer: Cidr, inner: Cidr): boolean {
  return inner.prefix >= outer.prefix && contains(outer, inner.base)
}

/** Whether two ranges share an address; they do so only when one holds the other. */
export function overlaps(a: Cidr, b: Cidr): boolean {
  return containsRange(a, b) || containsRange(b, a)
}

/** The first `count` ranges of length `prefix` in the range; fewer when it has fewer. */
export function splitCidr(range: Cidr, prefix: number, count: number): Cidr[] {
  if (prefix < range.prefix) return []
  const step = size({ base: 0, prefix })
  const length = Math.min(count, size(range) / step)
  return Array.from({ length }, (_, i) => ({ base: range.base + i * step, prefix }))
}
