import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const longshore = fileURLToPath(new URL('src/index.ts', import.meta.url))

export default defineConfig({
  resolve: { alias: { longshore } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: ['src/**/*.test.ts', 'tools/**/*.test.ts'],
          exclude: ['**/*.slow.test.ts', '**/node_modules/**'],
          // Property tests take their time on a busy machine; none waits for a clock.
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'slow',
          include: ['src/**/*.slow.test.ts', 'conformance/**/*.test.ts'],
          exclude: ['**/node_modules/**'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
