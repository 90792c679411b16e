/** Loading as a user's process does it: Node alone, without the test runner's own loader. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const LOAD = join(import.meta.dirname, 'load.ts')
const MODEL = join(import.meta.dirname, 'model.ts')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longshore-load-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Runs a script that prints JSON; `load()` in it gives the services or the error. */
function run(script: string): unknown {
  const file = join(folder, 'run.mts')
  writeFileSync(
    file,
    `import { writeFileSync } from 'node:fs'
     import { loadSystem } from '${LOAD}'
     import { toModel } from '${MODEL}'
     const load = () => loadSystem('${folder}').then(
       ({ definition }) => toModel(definition, 'local').services.map(({ name }) => name),
       ({ code, message, place }) => ({ code, message, place }),
     )
     ${script}`,
  )
  const { stdout, stderr } = spawnSync(process.execPath, [file], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  // A warning of Node's own would stand in every user's terminal.
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}

function write(text: string, name = 'longshore.config.ts'): void {
  writeFileSync(join(folder, name), text)
}

const definition = (name: string): string =>
  `import { service, system } from 'longshore'
   import { size } from './size.ts'
   export default system('shop', () =>
     service('${name}', { ...size, containers: { app: { image: 'a' } } }))`

test('a syntax error is told with its file and line', () => {
  write(
    `import { system } from 'longshore'\nexport default system('shop', () => {\n  const x\n})\n`,
  )
  const printed = run('console.log(JSON.stringify(await load()))')
  expect(printed).toMatchObject({
    code: 'definition-load',
    place: `${join(folder, 'longshore.config.ts')}:3`,
  })
})

test('a word that this package does not have is told', () => {
  write(`import { sytem } from 'longshore'\nexport default sytem('shop', () => [])\n`)
  const printed = run('console.log(JSON.stringify(await load()))')
  expect(printed).toMatchObject({
    code: 'definition-load',
    message: expect.stringContaining("'sytem'"),
  })
})

test('each load reads the file, and what it imports, anew', () => {
  write('export const size = { cpu: 256, memory: 512 }\n', 'size.ts')
  write(definition('api'))
  const printed = run(`
    const first = await load()
    writeFileSync('${join(folder, 'longshore.config.ts')}', ${JSON.stringify(definition('web'))})
    const second = await load()
    writeFileSync('${join(folder, 'size.ts')}', 'export const size = { cpu: 300, memory: 512 }')
    const third = await load().catch(({ place }) => place)
    console.log(JSON.stringify([first, second, third]))`)
  expect(printed).toEqual([['api'], ['web'], 'services.web.cpu'])
})

test('a folder whose package.json says otherwise still holds a module', () => {
  write('{ "type": "commonjs" }', 'package.json')
  write('export const size = { cpu: 256, memory: 512 }\n', 'size.ts')
  write(definition('api'))
  expect(run('console.log(JSON.stringify(await load()))')).toEqual(['api'])
})
