import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadSystem } from './load.ts'
import { toModel } from './model.ts'

const SERVICE = `service('api', { cpu: 256, memory: 512, containers: { app: { image: 'a' } } })`

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longshore-load-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(text: string, name = 'longshore.config.ts'): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

test('a folder without a definition says what to write', async () => {
  await expect(loadSystem(folder)).rejects.toMatchObject({
    code: 'no-definition',
    place: folder,
    exitCode: 2,
  })
})

test('a definition anywhere finds the words of this package', async () => {
  const file = write(
    `import { service, system } from 'longshore'\nexport default system('shop', () => ${SERVICE})\n`,
  )
  const loaded = await loadSystem(folder)
  expect(loaded).toMatchObject({ directory: folder, file })
  expect(toModel(loaded.definition, 'local').services[0]?.name).toBe('api')
})

test('a file that exports something else is told what to export', async () => {
  write('export default { name: "shop" }\n')
  await expect(loadSystem(folder)).rejects.toMatchObject({
    code: 'no-system',
    next: expect.stringContaining('export default system'),
  })
})

test('an error of the build function is told with its line', async () => {
  write(
    `import { system } from 'longshore'\n\nexport default system('shop', () => {\n  throw new Error('no such thing')\n})\n`,
  )
  const { definition } = await loadSystem(folder)
  expect(() => toModel(definition, 'local')).toThrow(
    expect.objectContaining({
      code: 'definition-throws',
      message: expect.stringContaining('no such thing'),
      exitCode: 2,
    }),
  )
})
