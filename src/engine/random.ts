import { randomBytes } from 'node:crypto'

/** The engine's only source of chance, so that a seed can reproduce a history. */
export interface Random {
  /** A number in [0, 1). */
  next(): number
  /** `bytes` random bytes, hexadecimal. */
  hex(bytes: number): string
}

/** Random bytes are fetched from the system in pools: a call for each few bytes costs more. */
const POOL_BYTES = 4096
let pool = Buffer.alloc(0)
let used = 0

function take(bytes: number): Buffer {
  if (bytes > POOL_BYTES) return randomBytes(bytes)
  if (used + bytes > pool.length) {
    pool = randomBytes(POOL_BYTES)
    used = 0
  }
  used += bytes
  return pool.subarray(used - bytes, used)
}

export const systemRandom: Random = {
  next: () => take(6).readUIntBE(0, 6) / 2 ** 48,
  hex: (bytes) => take(bytes).toString('hex'),
}

/** A reproducible source (mulberry32). Not for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const hex = (bytes: number): string => {
    let text = ''
    for (let i = 0; i < bytes; i++)
      text += Math.floor(next() * 256)
        .toString(16)
        .padStart(2, '0')
    return text
  }
  return { next, hex }
}

/** A version 4 UUID from the given source. */
export function uuid(random: Random): string {
  const hex = random.hex(16)
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}
