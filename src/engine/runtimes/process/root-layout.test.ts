import { expect, test } from 'vitest'
import { fstab, type LayoutInput, rootLayout } from './root-layout.ts'

const input: LayoutInput = {
  layers: ['/data/layer-one', '/data/layer-two'],
  host: { directories: ['etc', 'usr'], links: { bin: 'usr/bin' } },
  writable: 'disk',
  readonly: false,
  workingDirectory: '/srv/app',
  files: { '/etc/hosts': '127.0.0.1 localhost\n' },
  binds: [],
  pts: '/data/task/pts',
  readonlyProc: ['/proc/sys'],
  borrowed: [],
  layerHas: (layer, path) => layer === '/data/layer-two' && path === 'usr',
}

function options(layout: ReturnType<typeof rootLayout>, path: string): readonly string[] {
  return layout.mounts.find((mount) => mount.path === path)?.options ?? []
}

test('the highest layer stands first, below what is the task’s own', () => {
  const layout = rootLayout(input)
  expect(layout.links.slice(0, 2)).toEqual([
    { path: 'l0', target: '/data/layer-two' },
    { path: 'l1', target: '/data/layer-one' },
  ])
  expect(options(layout, '')).toContain('lowerdir=top:l0:l1:base')
})

test('the machine’s programs lie under the layers that have files there', () => {
  const layout = rootLayout(input)
  expect(options(layout, '/usr')).toContain('lowerdir=top/usr:l0/usr:base/usr:/usr')
  expect(options(layout, '/etc')).toContain('lowerdir=top/etc:base/etc:/etc')
  expect(layout.links).toContainEqual({ path: 'base/bin', target: 'usr/bin' })
})

test('a whole root filesystem borrows nothing', () => {
  const layout = rootLayout({ ...input, host: undefined })
  expect(layout.mounts.filter(({ type }) => type === 'overlay')).toHaveLength(1)
  expect(JSON.stringify(layout)).not.toContain('"/usr"')
})

test('a read-only root has read-only overlays', () => {
  const layout = rootLayout({ ...input, readonly: true })
  const overlays = layout.mounts.filter(({ type }) => type === 'overlay')
  expect(overlays.every((mount) => mount.options.includes('ro'))).toBe(true)
})

test('a writable layer in memory is made on the spot', () => {
  const layout = rootLayout({ ...input, writable: 'memory' })
  expect(layout.scratch).toEqual(['up.', 'wk.', 'up.etc', 'wk.etc', 'up.usr', 'wk.usr'])
  expect(options(layout, '')).toContain('upperdir=scratch/up.')
})

test('without overlays the image is copied, and the machine’s parts are bound read-only', () => {
  const layout = rootLayout({
    ...input,
    writable: 'copy',
    borrowed: [
      { path: '/usr/bin', kind: 'directory' },
      { path: '/etc/services', kind: 'file' },
    ],
  })
  expect(layout.copies).toEqual(['base', 'l1', 'l0', 'top'])
  expect(layout.mounts.some(({ type }) => type === 'overlay')).toBe(false)
  expect(options(layout, '/usr/bin')).toEqual(['bind', 'ro'])
  expect(layout.files).toContainEqual({ path: 'base/etc/services', text: '' })
})

test('mounts have a place to go to, whether directory or file', () => {
  const bind = { readonly: true, kept: ['nosuid'] }
  const layout = rootLayout({
    ...input,
    binds: [
      { ...bind, source: '/volume', path: '/data', kind: 'directory' },
      { ...bind, source: '/bin/tool', path: '/usr/local/bin/tool', kind: 'file' },
    ],
  })
  expect(layout.directories).toContainEqual({ path: 'base/data' })
  expect(layout.files).toContainEqual({ path: 'top/usr/local/bin/tool', text: '' })
  expect(options(layout, '/data')).toEqual(['bind', 'ro', 'nosuid'])
})

test('temporary directories are open to all', () => {
  expect(rootLayout(input).directories).toContainEqual({ path: 'base/tmp', mode: 0o1777 })
})

test('a table of mounts survives blanks in paths', () => {
  const line = { source: '/my disk/x', path: '/data', type: 'none', options: ['bind'] }
  expect(fstab([line, { ...line, source: undefined }], '/a root')).toBe(
    '/my\\040disk/x /a\\040root/data none bind 0 0\n' +
      '/a\\040root/data /a\\040root/data none bind 0 0\n',
  )
})
