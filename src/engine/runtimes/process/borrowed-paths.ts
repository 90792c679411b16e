/** An entry of a directory of this machine. */
export interface Entry {
  readonly name: string
  readonly kind: 'directory' | 'file' | 'link'
  /** Where a link leads. */
  readonly target?: string
}

export interface Borrowed extends Omit<Entry, 'name'> {
  readonly path: string
}

export interface BorrowInput {
  /** Entries of a directory of this machine; none for what cannot be read. */
  readonly entries: (path: string) => readonly Entry[]
  /** Whether the image has something of its own at a path. */
  readonly imageHas: (path: string) => boolean
}

/**
 * What to bind of a directory of this machine into a root that holds an image's own files, where no
 * overlay can lay one over the other: all of it at once where the image has nothing, else its
 * entries one by one, without those that the image has itself.
 */
export function borrowedPaths(path: string, input: BorrowInput): Borrowed[] {
  if (!input.imageHas(path)) return [{ path, kind: 'directory' }]
  return input.entries(path).flatMap(({ name, ...entry }): Borrowed[] => {
    const child = `${path}/${name}`
    if (entry.kind === 'directory') return borrowedPaths(child, input)
    return input.imageHas(child) ? [] : [{ path: child, ...entry }]
  })
}
