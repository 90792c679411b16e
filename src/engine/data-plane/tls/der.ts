/** Just enough of DER (ITU-T X.690) to write a certificate. */

const SHORT_LENGTH = 128

/** An element: its tag, its length, its contents. */
export function element(tag: number, ...contents: readonly Buffer[]): Buffer {
  const body = Buffer.concat(contents)
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body])
}

export function sequence(...members: readonly Buffer[]): Buffer {
  return element(0x30, ...members)
}

export function set(...members: readonly Buffer[]): Buffer {
  return element(0x31, ...members)
}

/** A positive number, in big-endian bytes. */
export function integer(bytes: Buffer): Buffer {
  const first = bytes[0] ?? 0
  // A leading bit would make it negative.
  return first >= SHORT_LENGTH ? element(0x02, Buffer.from([0]), bytes) : element(0x02, bytes)
}

export function boolean(value: boolean): Buffer {
  return element(0x01, Buffer.from([value ? 0xff : 0]))
}

export function octets(contents: Buffer): Buffer {
  return element(0x04, contents)
}

/** Whole bytes: no unused bits at the end. */
export function bits(contents: Buffer): Buffer {
  return element(0x03, Buffer.from([0]), contents)
}

export function text(value: string): Buffer {
  return element(0x0c, Buffer.from(value, 'utf8'))
}

/** `1.2.840.10045.4.3.2` */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return element(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

/** Seconds in UTC; up to 2049, as certificates want it. */
export function utcTime(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, '')
  return element(0x17, Buffer.from(digits.slice(2)))
}

function lengthOf(length: number): Buffer {
  if (length < SHORT_LENGTH) return Buffer.from([length])
  const bytes: number[] = []
  for (let left = length; left > 0; left = Math.floor(left / 256)) bytes.unshift(left % 256)
  return Buffer.from([SHORT_LENGTH | bytes.length, ...bytes])
}

function base128(value: number): number[] {
  const bytes = [value % 128]
  for (let left = Math.floor(value / 128); left > 0; left = Math.floor(left / 128)) {
    bytes.unshift((left % 128) | 128)
  }
  return bytes
}
