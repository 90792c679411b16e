import { chmodSync, mkdirSync } from 'node:fs'
import { LongshoreError } from '../base/errors.ts'

/** Makes an engine's directory its owner's alone, whoever made it: records hold secrets. */
export function prepareDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    chmodSync(dataDir, 0o700)
  } catch (error) {
    throw new LongshoreError('data-dir', 'the engine cannot keep its state there', {
      place: dataDir,
      next: 'Choose a directory of your own with LONGSHORE_HOME.',
      cause: error,
    })
  }
}
