import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'
import { type Boundary, BOUNDARIES, ISLANDS } from './boundaries.ts'
import { type SourceFile, sourceFiles } from './source-files.ts'

interface Import {
  specifier: string
  typeOnly: boolean
}

const IMPORT = /^\s*(?:import|export)\s+(type\s)?[^'"]*?from\s+'([^']+)'|import\('([^']+)'\)/gm

const files = sourceFiles(['src'], ['.ts']).filter(({ path }) => !isTest(path))

test('each folder imports only what its row in boundaries.ts allows', () => {
  expect(files.flatMap((file) => importsOf(file).flatMap((i) => violation(file.path, i)))).toEqual(
    [],
  )
})

test('a service of the engine never imports another, nor a runtime another', () => {
  const crossings = files.flatMap((file) =>
    importsOf(file).flatMap((imported) => crossing(file.path, imported)),
  )
  expect(crossings).toEqual([])
})

function isTest(path: string): boolean {
  return (
    /\.(test|contract)\.ts$/.test(path) ||
    path.includes('/testing/') ||
    /\/(test|contract)-[\w-]+\.ts$/.test(path)
  )
}

function importsOf(file: SourceFile): Import[] {
  return [...file.text.matchAll(IMPORT)].map((match) => ({
    specifier: match[2] ?? match[3] ?? '',
    typeOnly: match[1] !== undefined,
  }))
}

function targetOf(path: string, specifier: string): string {
  return normalize(join(dirname(path), specifier))
}

function within(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}

function rowOf(path: string): Boundary | undefined {
  return BOUNDARIES.filter(({ folder }) => within(path, folder)).toSorted(
    (a, b) => b.folder.length - a.folder.length,
  )[0]
}

function violation(path: string, { specifier, typeOnly }: Import): string[] {
  const row = rowOf(path)
  if (row === undefined) return [`${path}: its folder has no row in boundaries.ts`]
  if (specifier.startsWith('node:')) return []
  if (!specifier.startsWith('.')) {
    const allowed = row.packages.some((name) =>
      typeof name === 'string' ? name === specifier : name.test(specifier),
    )
    return allowed || typeOnly ? [] : [`${path}: package ${specifier}`]
  }
  const target = targetOf(path, specifier)
  const folders = [row.folder, ...row.mayImport, ...(typeOnly ? (row.typesOf ?? []) : [])]
  return folders.some((folder) => within(target, folder)) ? [] : [`${path}: ${target}`]
}

function crossing(path: string, { specifier }: Import): string[] {
  if (!specifier.startsWith('.')) return []
  const target = targetOf(path, specifier)
  const island = ISLANDS.find(({ folder }) => within(path, folder) && within(target, folder))
  if (island === undefined) return []
  const own = path.slice(island.folder.length + 1).split('/')[0]
  const other = target.slice(island.folder.length + 1)
  const shared = island.shared.some((name) => within(other, name))
  // Files directly in the folder (the registry, the contract) compose the islands.
  const composes = !path.slice(island.folder.length + 1).includes('/')
  return shared || composes || other.split('/')[0] === own ? [] : [`${path}: ${target}`]
}
