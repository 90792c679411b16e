import { expect, test } from 'vitest'
import { httpBackend } from '../testing/backends.ts'
import { type Balanced, balanced } from '../testing/balanced.ts'
import { forwardTo } from '../testing/test-plane.ts'

async function three(): Promise<Balanced> {
  const make = (name: string): ReturnType<typeof httpBackend> =>
    httpBackend((_, response) => {
      response.setHeader('set-cookie', 'session=1; HttpOnly')
      response.end(name)
    })
  return balanced(make('a'), make('b'), make('c'))
}

/** Asks, and returns who answered and the cookies that came with it. */
async function ask(url: string, cookie = ''): Promise<{ name: string; cookies: string[] }> {
  const response = await fetch(url, { headers: { cookie } })
  return { name: await response.text(), cookies: response.headers.getSetCookie() }
}

function pairOf(cookies: readonly string[], name: string): string {
  const cookie = cookies.find((each) => each.startsWith(`${name}=`)) ?? ''
  return cookie.split(';')[0] ?? ''
}

test('keeps a client with its target by cookie, and renews the cookie', async () => {
  const { plane, url } = await three()
  plane.setGroup({ arn: 'arn:group', stickiness: { type: 'lb_cookie', durationMs: 86_400_000 } })
  const first = await ask(url)
  expect(first.cookies.map((each) => each.replace(/=[^;]*/, ''))).toEqual([
    'session; HttpOnly',
    'AWSALB; Expires=Fri, 02 Jan 2026 00:00:00 GMT; Path=/',
    'AWSALBCORS; Expires=Fri, 02 Jan 2026 00:00:00 GMT; Path=/; SameSite=None; Secure',
  ])
  const cookie = pairOf(first.cookies, 'AWSALB')
  for (let i = 0; i < 5; i++) {
    const again = await ask(url, `theme=dark; ${cookie}`)
    expect(again.name).toBe(first.name)
    expect(pairOf(again.cookies, 'AWSALB')).toBe(cookie)
  }
})

test('chooses anew when the cookie is stale, forged, or its target is gone', async () => {
  const { plane, url } = await three()
  plane.setGroup({ arn: 'arn:group', stickiness: { type: 'lb_cookie', durationMs: 60_000 } })
  const { cookies, name } = await ask(url)
  const cookie = pairOf(cookies, 'AWSALB')
  const names = async (): Promise<Set<string>> =>
    new Set(await Promise.all(Array.from({ length: 6 }, async () => (await ask(url, cookie)).name)))
  expect(await names()).toEqual(new Set([name]))
  expect((await ask(url, 'AWSALB=nonsense')).name).toMatch(/^[abc]$/)
  const group = plane.plane.group('arn:group')
  const belongsTo = [...(group?.targets() ?? [])].find((_, i) => 'abc'.charAt(i) === name)
  group?.deregister(belongsTo?.key ?? '', plane.clock.now())
  expect((await names()).has(name)).toBe(false)
})

test("follows the application's cookie with one of its own", async () => {
  const { plane, url } = await three()
  plane.setGroup({
    arn: 'arn:group',
    stickiness: { type: 'app_cookie', cookieName: 'session', durationMs: 60_000 },
  })
  const first = await ask(url)
  const own = pairOf(first.cookies, 'AWSALBAPP-0')
  expect(own).toMatch(/^AWSALBAPP-0=./)
  for (let i = 0; i < 4; i++) {
    expect((await ask(url, `session=1; ${own}`)).name).toBe(first.name)
  }
  const without = await Promise.all(
    Array.from({ length: 6 }, async () => (await ask(url, own)).name),
  )
  expect(new Set(without).size).toBeGreaterThan(1)
})

test('spreads over weighted groups, and keeps a client with its group', async () => {
  const { plane, url } = await three()
  const [one] = plane.plane.group('arn:group')?.targets() ?? []
  plane.setGroup({ arn: 'arn:other', id: 'targetgroup/other/0' })
  await plane.register('arn:other', one?.port ?? 0)
  const rule = (stickyMs: number | undefined): ReturnType<typeof forwardTo> =>
    forwardTo('', {
      action: {
        type: 'forward',
        stickyMs,
        groups: [
          { arn: 'arn:group', weight: 0 },
          { arn: 'arn:other', weight: 1 },
        ],
      },
    })
  await plane.setRules([rule(undefined)])
  for (let i = 0; i < 4; i++) expect((await ask(url)).name).toBe('a')
  await plane.setRules([rule(60_000)])
  const { cookies } = await ask(url)
  expect(cookies.some((each) => each.startsWith('AWSALBTG='))).toBe(true)
  expect(cookies.some((each) => each.startsWith('AWSALBTGCORS='))).toBe(true)
})
