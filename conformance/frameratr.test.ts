import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tokenFor } from '../examples/frameratr/tmdb-stub/src/tokens.ts'
import { finish, ROOT, tool, type Tool, until } from './support/longshore.ts'

interface Up {
  system: string
  environment: string
  endpoint: string
  urls: Record<string, string[]>
}

let longshore: Tool
let folder: string
let up: Up
let url: string

beforeAll(async () => {
  longshore = await tool()
  // A copy, since the test changes the code.
  folder = mkdtempSync(join(tmpdir(), 'frameratr-'))
  cpSync(join(ROOT, 'examples', 'frameratr'), folder, {
    recursive: true,
    filter: (path) => !path.includes('node_modules'),
  })
  up = await longshore.json<Up>('up', folder, '--detach', '--port', String(longshore.port))
  url = up.urls['backend']?.[0] ?? ''
}, 240_000)

afterAll(async () => {
  await longshore.run('down', folder)
  await longshore.dispose()
  rmSync(folder, { recursive: true, force: true })
}, 120_000)

async function api(
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(new URL(path, url), init)
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

function as(user: string, method = 'GET', body?: object): RequestInit {
  return {
    method,
    headers: {
      authorization: `Bearer ${tokenFor(user, Date.now())}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }
}

describe('FrameRatr, brought up by one command', () => {
  test('tells where it is', () => {
    expect(up).toMatchObject({
      system: 'frameratr',
      environment: 'local',
      endpoint: longshore.endpoint,
    })
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\//)
  })

  test('answers its health check', async () => {
    expect(await api('/health')).toEqual({ status: 200, body: { ok: true } })
  })

  test('searches TMDb and shows what is trending', async () => {
    expect((await api('/api/tmdb/search/movies?q=batman')).body).toMatchObject({ total_results: 2 })
    expect((await api('/api/tmdb/trending/movies')).body).toMatchObject({ page: 1 })
  })

  test('keeps ratings, reviews and favourites in its database, for who has a token', async () => {
    expect((await api('/api/ratings', { method: 'POST' })).status).toBe(400)
    const rating = { movieId: 949, score: 9 }
    expect((await api('/api/ratings', as('ann', 'POST', rating))).status).toBe(201)
    const review = { movieId: 949, body: 'Long, and worth it.' }
    expect((await api('/api/reviews', as('ann', 'POST', review))).status).toBe(201)
    expect((await api('/api/favorites/movies/949', as('ann', 'PUT'))).status).toBe(204)
    expect((await api('/api/movies/949')).body).toMatchObject({ title: 'Heat', averageScore: 9 })
    expect((await api('/api/movies/949/reviews')).body).toMatchObject({
      reviews: [{ userId: 'ann', body: 'Long, and worth it.' }],
    })
    expect((await api('/api/favorites/movies', as('ann'))).body).toMatchObject({
      movies: [{ id: 949 }],
    })
    expect((await api('/api/favorites/movies')).status).toBe(401)
  })

  test('shows its status, logs, events and outputs', async () => {
    const status = await longshore.json<{ services: { name: string; running: number }[] }>(
      'status',
      '--system',
      'frameratr',
    )
    expect(status.services).toMatchObject([{ name: 'backend', running: 1 }])
    const logs = await longshore.run('logs', 'backend', '--system', 'frameratr', '--since', '1h')
    expect(logs.stdout).toContain('/api/movies/949')
    const events = await longshore.run('events', '--system', 'frameratr')
    expect(events.stdout).toContain('has reached a steady state.')
    const outputs = await longshore.json<Record<string, string>>('outputs', '--system', 'frameratr')
    expect(Object.keys(outputs).length).toBeGreaterThan(0)
  })

  test('runs a command in a container of a task', async () => {
    const { code, stdout } = await longshore.run(
      'exec',
      'backend',
      '--system',
      'frameratr',
      '--',
      'node',
      '-p',
      'process.env.DB_NAME',
    )
    expect(stdout.trim()).toBe('frameratr')
    expect(code).toBe(0)
  })

  test('runs a one-off task and passes its exit code on', async () => {
    const { code } = await longshore.run(
      'run',
      'backend',
      '--system',
      'frameratr',
      '--',
      'node',
      '-e',
      'process.exit(7)',
    )
    expect(code).toBe(7)
  })

  test('rolls a change of its code out without a failed request', async () => {
    const app = join(folder, 'api', 'src', 'app.ts')
    writeFileSync(
      app,
      readFileSync(app, 'utf8').replace('({ ok: true })', '({ ok: true, version: 2 })'),
    )
    const load = steadyLoad(new URL('/health', url))
    const second = await longshore.json<{ changed: boolean }>('up', folder, '--detach')
    const { requests, failures } = await load.stop()
    expect(second.changed).toBe(true)
    expect((await api('/health')).body).toEqual({ ok: true, version: 2 })
    expect(requests).toBeGreaterThan(20)
    expect(failures).toEqual([])
  })

  test('changes nothing when there is nothing to change', async () => {
    const again = await longshore.json<{ changed: boolean }>('up', folder, '--detach')
    expect(again.changed).toBe(false)
  })

  test('keeps its data when its engine is killed, and comes back by itself', async () => {
    const status = await longshore.json<{ pid: number }>('engine', 'status')
    process.kill(status.pid, 'SIGKILL')
    await longshore.run('engine', 'start', '--port', String(longshore.port))
    const movie = await until(async () => {
      const answer = await api('/api/movies/949').catch(() => undefined)
      return answer?.status === 200 ? answer.body : undefined
    })
    expect(movie).toMatchObject({ title: 'Heat', averageScore: 9 })
  })
})

test('the application passes its own tests', async () => {
  const cwd = join(ROOT, 'examples', 'frameratr', 'api')
  const installed = await finish('npm', ['ci', '--no-audit', '--no-fund'], { cwd })
  expect(installed.code, installed.stderr).toBe(0)
  const result = await finish('npm', ['test'], { cwd })
  expect(result.code, result.stdout).toBe(0)
})

/** Asks every 20 ms, each time on a connection that is kept alive, until it is stopped. */
function steadyLoad(target: URL) {
  const failures: string[] = []
  let requests = 0
  const stopping = new AbortController()
  const worker = (async () => {
    while (!stopping.signal.aborted) {
      requests++
      try {
        const response = await fetch(target)
        await response.arrayBuffer()
        if (!response.ok) failures.push(`status ${response.status}`)
      } catch (error) {
        failures.push(String(error))
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })()
  return {
    stop: async () => {
      stopping.abort()
      await worker
      return { requests, failures }
    },
  }
}
