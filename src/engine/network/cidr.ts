/** An IPv4 address as a number; undefined when it is none. */
export function addressNumber(ip: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(ip)
  if (match === null) return undefined
  const parts = match.slice(1).map(Number)
  if (parts.some((part) => part > 255)) return undefined
  return parts.reduce((sum, part) => sum * 256 + part, 0)
}

export function addressText(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.')
}

/** Whether an IPv4 address lies in an IPv4 block. Anything malformed contains nothing. */
export function cidrContains(cidr: string, ip: string): boolean {
  const [base = '', length = '32'] = cidr.split('/')
  const size = 2 ** (32 - Number(length))
  const first = addressNumber(base)
  const address = addressNumber(ip)
  if (first === undefined || address === undefined || Number.isNaN(size)) return false
  return Math.floor(first / size) === Math.floor(address / size)
}

export function prefixLength(cidr: string): number {
  return Number(cidr.split('/')[1] ?? 32)
}

const NOT_PUBLIC = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/3',
]

/** Whether an address is the internet's: neither private, link-local, loopback nor reserved. */
export function isPublic(ip: string): boolean {
  return addressNumber(ip) !== undefined && !NOT_PUBLIC.some((cidr) => cidrContains(cidr, ip))
}
