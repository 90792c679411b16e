import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStore } from './sqlite-store.ts'

let directory: string
let file: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'longshore-store-'))
  file = join(directory, 'state.sqlite')
})

afterEach(() => rmSync(directory, { recursive: true, force: true }))

interface Note {
  readonly text: string
}

test('gives back, after a restart, what was put and not deleted, in its order', async () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd')
  const change = fc.record({ key, text: fc.option(fc.string(), { nil: undefined }) })
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(change, { maxLength: 5 }), { maxLength: 5 }),
      async (turns) => {
        rmSync(file, { force: true })
        const store = openStore(file)
        const notes = store.collection<Note>('test/notes')
        for (const turn of turns) {
          for (const { key: name, text } of turn) {
            if (text === undefined) notes.delete(name)
            else notes.put(name, { text })
          }
          await store.durable()
        }
        const before = [...notes.entries()]
        await store.close()
        const again = openStore(file)
        expect([...again.collection<Note>('test/notes').entries()]).toEqual(before)
        await again.close()
      },
    ),
    { numRuns: 30 },
  )
})

test('tells listeners of each change with what was there before', () => {
  const notes = openStore(':memory:').collection<Note>('test/notes')
  const seen: unknown[] = []
  const stop = notes.onChange((...change) => seen.push(change))
  notes.put('a', { text: 'one' })
  notes.put('a', { text: 'two' })
  notes.delete('a')
  notes.delete('a')
  stop()
  notes.put('a', { text: 'three' })
  expect(seen).toEqual([
    ['a', { text: 'one' }, undefined],
    ['a', { text: 'two' }, { text: 'one' }],
    ['a', undefined, { text: 'two' }],
  ])
})

test('rejects what waits for a commit that fails, and commits when it can again', async () => {
  const store = openStore(file)
  const notes = store.collection<Note>('test/notes')
  store.database.exec('PRAGMA query_only = ON')
  notes.put('a', { text: 'kept' })
  await expect(store.durable()).rejects.toThrow("the engine's state cannot be written")
  await expect(store.durable()).rejects.toMatchObject({ next: expect.stringContaining('space') })
  store.database.exec('PRAGMA query_only = OFF')
  await store.durable()
  await store.close()
  const again = openStore(file)
  expect(again.collection<Note>('test/notes').get('a')).toEqual({ text: 'kept' })
  await again.close()
})

test('commits what is written to own tables together with the records', async () => {
  const store = openStore(file)
  store.database.exec('CREATE TABLE lines (text TEXT)')
  const lines = () => store.database.prepare('SELECT text FROM lines').all()
  const write = (text: string) => {
    store.enlist(() => store.database.prepare('INSERT INTO lines VALUES (?)').run(text))
  }
  store.database.exec('PRAGMA query_only = ON')
  write('one')
  await expect(store.durable()).rejects.toThrow('cannot be written')
  store.database.exec('PRAGMA query_only = OFF')
  write('two')
  expect(lines()).toEqual([])
  store.flush()
  expect(lines()).toMatchObject([{ text: 'one' }, { text: 'two' }])
  await store.durable()
  expect(lines()).toHaveLength(2)
  await store.close()
})

test('explains a full disk', async () => {
  const store = openStore(file)
  const { page_count: pages } = store.database.prepare('PRAGMA page_count').get() ?? {}
  store.database.exec(`PRAGMA max_page_count = ${Number(pages)}`)
  const notes = store.collection<Note>('test/notes')
  notes.put('a', { text: 'x'.repeat(100_000) })
  await expect(store.durable()).rejects.toMatchObject({
    code: 'store',
    cause: { message: expect.stringContaining('full') },
  })
})

test('explains a file that is no store', () => {
  writeFileSync(file, 'these are my notes, and no database')
  expect(() => openStore(file)).toThrow("the engine's state cannot be opened")
})
