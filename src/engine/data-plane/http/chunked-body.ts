import { isTokenCode } from './fields.ts'

/** A chunk's size may have so many hexadecimal digits: beyond any body, within a safe integer. */
const MAX_SIZE_DIGITS = 12
const MAX_EXTENSION_BYTES = 4096
const MAX_TRAILER_BYTES = 16_384

const CR = 13
const LF = 10
const SEMICOLON = 59

type Step =
  | 'size'
  | 'extension'
  | 'sizeEnd'
  | 'data'
  | 'dataCr'
  | 'dataLf'
  | 'lineStart'
  | 'trailerName'
  | 'trailerValue'
  | 'trailerEnd'
  | 'endLf'
  | 'done'

/**
 * Follows a chunked body to find its end, so that its bytes can be passed on as they are. Strict in
 * the same places as the heads. Incremental: a body may be cut anywhere.
 */
export class ChunkedBody {
  #step: Step = 'size'
  #size = 0
  #digits = 0
  /** Bytes of the current chunk that are still to come. */
  #left = 0
  #extensionBytes = 0
  #trailerBytes = 0
  readonly #onData: ((from: number, to: number) => void) | undefined

  /** `onData` hears of the ranges that are content, for a reader who wants the body unframed. */
  constructor(onData?: (from: number, to: number) => void) {
    this.#onData = onData
  }

  /** Makes it ready for another body. */
  reset(): void {
    this.#step = 'size'
    this.#size = 0
    this.#digits = 0
    this.#trailerBytes = 0
  }

  get done(): boolean {
    return this.#step === 'done'
  }

  /**
   * Follows `bytes` from `start`. Returns where the body ends within them, `bytes.length` when it
   * goes on (`done` tells), or -1 when it is malformed.
   */
  follow(bytes: Uint8Array, start: number): number {
    let at = start
    while (at < bytes.length && this.#step !== 'done') {
      if (this.#step === 'data') {
        const to = Math.min(bytes.length, at + this.#left)
        this.#onData?.(at, to)
        this.#left -= to - at
        at = to
        if (this.#left === 0) this.#step = 'dataCr'
      } else if (this.#take(bytes[at] ?? 0)) at++
      else return -1
    }
    return at
  }

  /** Takes one byte of the framing; false when it cannot stand here. */
  #take(code: number): boolean {
    switch (this.#step) {
      case 'size':
        return this.#takeSize(code)
      case 'extension':
        if (code === CR) return this.#go('sizeEnd')
        return code >= 32 && code !== 127 && ++this.#extensionBytes <= MAX_EXTENSION_BYTES
      case 'sizeEnd':
        if (code !== LF) return false
        this.#left = this.#size
        return this.#go(this.#size === 0 ? 'lineStart' : 'data')
      case 'dataCr':
        return code === CR && this.#go('dataLf')
      case 'dataLf':
        this.#size = 0
        this.#digits = 0
        return code === LF && this.#go('size')
      case 'lineStart':
        return code === CR ? this.#go('endLf') : isTokenCode(code) && this.#go('trailerName')
      case 'trailerName':
        if (code === 58) return this.#trailerByte() && this.#go('trailerValue')
        return isTokenCode(code) && this.#trailerByte()
      case 'trailerValue':
        if (code === CR) return this.#go('trailerEnd')
        return ((code >= 32 && code !== 127) || code === 9) && this.#trailerByte()
      case 'trailerEnd':
        return code === LF && this.#go('lineStart')
      case 'endLf':
        return code === LF && this.#go('done')
      case 'data':
      case 'done':
        return false
    }
  }

  #takeSize(code: number): boolean {
    const digit = hexDigit(code)
    if (digit >= 0) {
      this.#size = this.#size * 16 + digit
      return ++this.#digits <= MAX_SIZE_DIGITS
    }
    if (this.#digits === 0) return false
    this.#extensionBytes = 0
    if (code === CR) return this.#go('sizeEnd')
    return code === SEMICOLON && this.#go('extension')
  }

  #trailerByte(): boolean {
    return ++this.#trailerBytes <= MAX_TRAILER_BYTES
  }

  #go(step: Step): true {
    this.#step = step
    return true
  }
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  const letter = code | 0x20
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}
