/**
 * Who may import whom, as data. A folder may import itself and what its row lists; the longest
 * matching row counts. `npm:…` are the packages that a folder is allowed; a folder without any may
 * use Node's own modules only.
 */
export interface Boundary {
  folder: string
  mayImport: readonly string[]
  packages: readonly (string | RegExp)[]
  /** Type-only imports that are allowed beyond `mayImport`. */
  typesOf?: readonly string[]
}

const AWS_SDK = /^@aws-sdk\/client-/

export const BOUNDARIES: readonly Boundary[] = [
  { folder: 'src/base', mayImport: [], packages: [] },
  { folder: 'src/aws', mayImport: ['src/base'], packages: [] },
  { folder: 'src/system', mayImport: ['src/base', 'src/aws'], packages: [] },
  { folder: 'src/template', mayImport: ['src/base', 'src/aws', 'src/system'], packages: [] },
  { folder: 'src/index.ts', mayImport: ['src/system', 'src/template', 'src/base'], packages: [] },
  { folder: 'src/images', mayImport: ['src/base', 'src/aws'], packages: ['tar'] },
  {
    folder: 'src/ops',
    mayImport: ['src/base', 'src/aws', 'src/system', 'src/template', 'src/images'],
    packages: [AWS_SDK, 'ws'],
  },
  {
    folder: 'src/cli',
    mayImport: [
      'src/base',
      'src/aws',
      'src/system',
      'src/template',
      'src/images',
      'src/ops',
      'src/engine/engine.ts',
    ],
    packages: ['picocolors', AWS_SDK],
  },
  {
    folder: 'src/engine/clock',
    mayImport: ['src/base', 'src/engine/store'],
    packages: [],
  },
  { folder: 'src/engine/store', mayImport: ['src/base'], packages: [] },
  {
    folder: 'src/engine/protocol',
    mayImport: ['src/base', 'src/engine/aws-error.ts', 'src/engine/clock'],
    typesOf: ['src/engine/services/service.ts'],
    packages: [/^@smithy\/core/, AWS_SDK],
  },
  {
    folder: 'src/engine/scheduler',
    mayImport: ['src/base', 'src/aws', 'src/engine/lifecycle'],
    packages: [AWS_SDK],
  },
  { folder: 'src/engine/lifecycle', mayImport: ['src/base', 'src/aws'], packages: [AWS_SDK] },
  {
    folder: 'src/engine/network',
    mayImport: ['src/base', 'src/aws', 'src/engine/clock', 'src/engine/services/calls.ts'],
    packages: [AWS_SDK],
  },
  {
    folder: 'src/engine/runtimes',
    mayImport: ['src/base', 'src/aws', 'src/engine/clock', 'src/engine/network'],
    packages: ['tar', 'ws'],
    typesOf: ['src/engine/services/calls.ts', 'src/engine/services/service.ts'],
  },
  {
    folder: 'src/engine/services',
    mayImport: [
      'src/base',
      'src/aws',
      'src/engine/aws-error.ts',
      'src/engine/random.ts',
      'src/engine/clock',
      'src/engine/store',
      'src/engine/network',
      'src/engine/runtimes/runtime.ts',
      'src/engine/protocol',
      'src/engine/scheduler',
      'src/engine/lifecycle',
      'src/engine/data-plane',
    ],
    packages: [AWS_SDK, 'ws', 'yaml'],
  },
  { folder: 'src/engine', mayImport: ['src/base', 'src/aws'], packages: [/./] },
]

/** Folders under which each child is an island: it may import its own child folder only. */
export const ISLANDS: readonly { folder: string; shared: readonly string[] }[] = [
  {
    folder: 'src/engine/services',
    shared: ['service.ts', 'calls.ts'],
  },
  // A task's network is the same in every runtime: the process runtime's.
  { folder: 'src/engine/runtimes', shared: ['runtime.ts', 'runtime.contract.ts', 'process'] },
]
