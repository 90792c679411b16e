/** The templates that definitions become, against what AWS publishes and cfn-lint knows. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { loadSystem } from '../src/system/load.ts'
import { toModel } from '../src/system/model.ts'
import { toRegistryTemplate } from '../src/template/registry-template.ts'
import { type Template, toTemplate } from '../src/template/template.ts'
import { randomDefinition } from '../src/template/testing/random-definition.ts'
import { attributeFaults, schemaFaults } from '../src/template/testing/resource-schemas.ts'

const MAX_BODY_BYTES = 51_200
const FRAMERATR = join(import.meta.dirname, '..', 'examples', 'frameratr')
const SEED = 20_261_120

const directory = mkdtempSync(join(tmpdir(), 'longshore-templates-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const hasLint = spawnSync('cfn-lint', ['--version']).status === 0

async function frameratr(environment: string): Promise<[string, Template][]> {
  const { definition } = await loadSystem(FRAMERATR)
  const model = toModel(definition, environment)
  return [
    [`frameratr-${environment}`, toTemplate(model, {})],
    [`frameratr-${environment}-registry`, toRegistryTemplate(model)],
  ]
}

function random(count: number): [string, Template][] {
  return fc
    .sample(randomDefinition, { numRuns: count, seed: SEED })
    .map((definition, i) => [`random-${i}`, toTemplate(toModel(definition, 'dev'), {})])
}

const examples = [...(await frameratr('local')), ...(await frameratr('dev'))]

describe.each(examples)('%s', (_name, template) => {
  test('has what the resource schemas of AWS ask for, and nothing else', () => {
    expect([...schemaFaults(template), ...attributeFaults(template)]).toEqual([])
  })

  test('is small enough to be sent as it is', () => {
    expect(Buffer.byteLength(JSON.stringify(template))).toBeLessThanOrEqual(MAX_BODY_BYTES)
  })
})

test('templates of random definitions fit the resource schemas', () => {
  for (const [name, template] of random(100)) {
    expect([name, ...schemaFaults(template), ...attributeFaults(template)]).toEqual([name])
  }
})

test.skipIf(!hasLint)('cfn-lint has nothing to say about any of them', () => {
  const files = [...examples, ...random(12)].map(([name, template]) => {
    const file = join(directory, `${name}.json`)
    writeFileSync(file, JSON.stringify(template, null, 2))
    return file
  })
  expect(execFileSync('cfn-lint', files, { encoding: 'utf8' })).toBe('')
})

if (!hasLint) {
  process.stderr.write('SKIPPED: cfn-lint is not installed, so templates are not linted.\n')
}
