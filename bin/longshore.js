#!/usr/bin/env node
// Plain JavaScript, so that an older Node can read it and hand over to the pinned one.
import { spawnSync } from 'node:child_process'
import module, { createRequire } from 'node:module'

const NEEDED = 24

if (Number(process.versions.node.split('.')[0]) >= NEEDED) {
  // The tool is started often and for a moment: what was compiled once is kept.
  module.enableCompileCache()
  const { main } = await import('../src/cli/bin.ts')
  await main()
} else {
  handOver()
}

function handOver() {
  const pinned = pinnedNode()
  if (pinned === undefined) {
    process.stderr.write(
      `longshore: Node.js ${NEEDED} or later is needed, this is ${process.version}.\n` +
        `  Next: install Node.js ${NEEDED}, or run "npm install --save-dev node@${NEEDED}" here.\n`,
    )
    process.exitCode = 2
    return
  }
  const result = spawnSync(pinned, process.argv.slice(1), { stdio: 'inherit' })
  if (result.signal) process.kill(process.pid, result.signal)
  else process.exitCode = result.status ?? 1
}

function pinnedNode() {
  try {
    return createRequire(import.meta.url).resolve('node/bin/node')
  } catch {
    return undefined
  }
}
