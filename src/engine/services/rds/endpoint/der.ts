/** As much of DER (ITU-T X.690) as a certificate needs. */

export function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const body = Buffer.concat(contents)
  return Buffer.concat([Buffer.from([tag]), length(body.length), body])
}

function length(size: number): Buffer {
  if (size < 0x80) return Buffer.from([size])
  const bytes: number[] = []
  for (let rest = size; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return Buffer.from([0x80 | bytes.length, ...bytes])
}

export function sequence(...contents: readonly Buffer[]): Buffer {
  return der(0x30, ...contents)
}

export function set(...contents: readonly Buffer[]): Buffer {
  return der(0x31, ...contents)
}

/** A positive integer from its bytes, most significant first. */
export function integer(bytes: Buffer): Buffer {
  const first = bytes[0] ?? 0
  return der(0x02, first >= 0x80 ? Buffer.from([0]) : Buffer.alloc(0), bytes)
}

/** An object identifier from its dotted form. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [first * 40 + second, ...rest.flatMap(base128)]
  return der(0x06, Buffer.from(bytes))
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f]
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 0x7f) | 0x80)
  return bytes
}

export function utf8String(text: string): Buffer {
  return der(0x0c, Buffer.from(text))
}

export function bitString(bytes: Buffer): Buffer {
  return der(0x03, Buffer.from([0]), bytes)
}

export function octetString(...contents: readonly Buffer[]): Buffer {
  return der(0x04, ...contents)
}

/** `YYYYMMDDHHMMSSZ` */
export function generalizedTime(date: Date): Buffer {
  const text = date.toISOString().replace(/[-:T]/g, '').slice(0, 14)
  return der(0x18, Buffer.from(`${text}Z`))
}

/** A member with a context-specific tag, explicit. */
export function tagged(number: number, ...contents: readonly Buffer[]): Buffer {
  return der(0xa0 | number, ...contents)
}
