import { templateError } from '../errors.ts'

/**
 * `Fn::Cidr`: the first `count` blocks with `hostBits` host bits inside `block`. AWS: "Fn::Cidr".
 */
export function cidrBlocks(input: {
  block: string
  count: number
  hostBits: number | undefined
}): string[] {
  const { block, count } = input
  const [address = '', prefixText = ''] = block.split('/')
  const width = address.includes(':') ? 128 : 32
  const hostBits = input.hostBits ?? (width === 128 ? 64 : 8)
  const prefix = Number(prefixText)
  const fits = width - hostBits >= prefix && 2 ** (width - hostBits - prefix) >= count
  if (!(count >= 1 && count <= 256) || !(prefix >= 0 && prefix <= width) || !fits)
    throw templateError(
      `Fn::Cidr cannot cut ${count} blocks of ${hostBits} host bits from ${block}`,
    )
  const base = width === 128 ? parseIpv6(address) : parseIpv4(address)
  const network = (base >> BigInt(width - prefix)) << BigInt(width - prefix)
  return Array.from({ length: count }, (_, i) => {
    const start = network + (BigInt(i) << BigInt(hostBits))
    return `${width === 128 ? formatIpv6(start) : formatIpv4(start)}/${width - hostBits}`
  })
}

function parseIpv4(text: string): bigint {
  return text.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n)
}

function formatIpv4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.')
}

function parseIpv6(text: string): bigint {
  const [head = '', tail] = text.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0')
  const groups = tail === undefined ? left : [...left, ...zeros, ...right]
  return groups.reduce((sum, part) => (sum << 16n) | BigInt(`0x${part}`), 0n)
}

function formatIpv6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16),
  )
  const zeros = /(?:^|:)0(?::0)+(?:$|:)/.exec(groups.join(':'))
  return zeros === null ? groups.join(':') : groups.join(':').replace(zeros[0], '::')
}
