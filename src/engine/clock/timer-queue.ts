/** Timers by their time, and by the order in which they were set when the time is the same. */
export class TimerQueue {
  readonly #heap: QueuedTimer[] = []
  #sequence = 0

  get size(): number {
    return this.#heap.length
  }

  add(at: number, action: () => void): QueuedTimer {
    const timer: QueuedTimer = { at, sequence: this.#sequence++, action, cancelled: false }
    this.#heap.push(timer)
    this.#up(this.#heap.length - 1)
    return timer
  }

  /** The next timer that still counts. */
  peek(): QueuedTimer | undefined {
    while (this.#heap[0]?.cancelled === true) this.#removeFirst()
    return this.#heap[0]
  }

  take(): QueuedTimer | undefined {
    const next = this.peek()
    if (next !== undefined) this.#removeFirst()
    return next
  }

  #removeFirst(): void {
    const last = this.#heap.pop()
    if (last === undefined || this.#heap.length === 0) return
    this.#heap[0] = last
    this.#down(0)
  }

  #up(index: number): void {
    let child = index
    while (child > 0) {
      const parent = (child - 1) >> 1
      if (!this.#before(child, parent)) return
      this.#swap(child, parent)
      child = parent
    }
  }

  #down(index: number): void {
    let parent = index
    for (;;) {
      const left = 2 * parent + 1
      const right = left + 1
      let first = parent
      if (left < this.#heap.length && this.#before(left, first)) first = left
      if (right < this.#heap.length && this.#before(right, first)) first = right
      if (first === parent) return
      this.#swap(first, parent)
      parent = first
    }
  }

  #before(a: number, b: number): boolean {
    const [x, y] = [this.#heap[a], this.#heap[b]]
    if (x === undefined || y === undefined) return false
    return x.at < y.at || (x.at === y.at && x.sequence < y.sequence)
  }

  #swap(a: number, b: number): void {
    const [x, y] = [this.#heap[a], this.#heap[b]]
    if (x === undefined || y === undefined) return
    this.#heap[a] = y
    this.#heap[b] = x
  }
}

export interface QueuedTimer {
  readonly at: number
  readonly sequence: number
  readonly action: () => void
  cancelled: boolean
}
