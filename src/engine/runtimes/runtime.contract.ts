import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ConnectionRefused } from '../network/network.ts'
import { collect, get, processesWith, text } from './contract-streams.ts'
import { type RuntimeHarness, World } from './contract-world.ts'

/** Parts of the contract that a runtime may name as not its own, each with a reason. */
export type Capability =
  | 'programs'
  | 'exec'
  | 'terminal'
  | 'network'
  | 'visitor address'
  | 'mounts'
  | 'memory limit'
  | 'metadata'
  | 'stats'
  | 'leftovers'

/** What every runtime does. `skips` names what one does not, and why. */
export function describeRuntime(
  name: string,
  makeHarness: () => Promise<RuntimeHarness>,
  skips: Partial<Record<Capability, string>> = {},
): void {
  const needs = (capability: Capability) => {
    const reason = skips[capability]
    return reason === undefined
      ? test
      : (title: string, _run: () => Promise<void>) => test.skip(`${title} (skipped: ${reason})`)
  }

  describe(`the ${name} runtime`, () => {
    let harness: RuntimeHarness
    let world: World
    beforeAll(async () => {
      harness = await makeHarness()
    })
    afterAll(() => harness.close())
    afterEach(() => world.destroy())
    const arrange = async (): Promise<World> => {
      world = new World(harness, await harness.runtime.pull({ uri: harness.image, ...PLATFORM }))
      return world
    }

    describePrograms(arrange, needs)
    describeNetwork(arrange, needs)
    describeExec(arrange, needs)
    describeRest(arrange, needs)
  })
}

const PLATFORM = { platform: 'linux/amd64' } as const
type Needs = (capability: Capability) => (title: string, run: () => Promise<void>) => void
type Arrange = () => Promise<World>

function describePrograms(arrange: Arrange, needs: Needs): void {
  needs('programs')('gives every line that a program prints, and its exit code', async () => {
    const { shell } = await arrange()
    const { container, lines } = await shell('printf "one\\ntwo"; echo three >&2; exit 7')
    expect(await container.exited).toEqual({ exitCode: 7, outOfMemory: false })
    expect(lines.filter(([, stream]) => stream === 'stdout')).toEqual([
      ['one', 'stdout'],
      ['two', 'stdout'],
    ])
    expect(lines).toContainEqual(['three', 'stderr'])
  })

  needs('programs')('reports a signal as 128 and its number', async () => {
    const { shell } = await arrange()
    const { container } = await shell('sleep 100')
    container.kill('SIGKILL')
    expect(await container.exited).toEqual({ exitCode: 137, outOfMemory: false })
  })

  needs('programs')('delivers a signal to a program that handles it', async () => {
    const { node } = await arrange()
    const { container, line } = await node(
      `process.on('SIGTERM', () => process.exit(9)); setInterval(() => {}, 1e6); console.log('up')`,
    )
    await line('up')
    container.kill('SIGTERM')
    expect((await container.exited).exitCode).toBe(9)
  })

  needs('programs')('starts a program in its directory, with its environment alone', async () => {
    const { start } = await arrange()
    const environment = { SECRET: `it's "quoted" $HOME \`x\` \\`, 'dotted.name': 'yes', EMPTY: '' }
    const { container, lines } = await start({
      argv: ['node', '-p', 'JSON.stringify([process.cwd(), process.env])'],
      environment,
      workingDirectory: '/srv/app',
    })
    await container.exited
    const [cwd, env] = JSON.parse(lines[0]?.[0] ?? '[]') as [string, Record<string, string>]
    expect(cwd).toBe('/srv/app')
    expect(env).toMatchObject(environment)
    const rest = Object.keys(env).filter((each) => !(each in environment))
    const given = ['HOME', 'HOSTNAME', 'NODE_VERSION', 'PATH', 'YARN_VERSION']
    expect(rest.filter((each) => !given.includes(each))).toEqual([])
  })

  needs('programs')('names the program that is not there', async () => {
    const { start } = await arrange()
    await expect(start({ argv: ['no-such-program'] })).rejects.toMatchObject({
      kind: 'CannotStartContainerError',
      message: expect.stringContaining('"no-such-program": executable file not found in $PATH'),
    })
  })

  needs('programs')('opens /dev/stdout like any file', async () => {
    const { shell } = await arrange()
    const { container, lines } = await shell('echo through > /dev/stdout')
    await container.exited
    expect(lines).toEqual([['through', 'stdout']])
  })
}

function describeNetwork(arrange: Arrange, needs: Needs): void {
  needs('network')('lets the containers of a task meet on localhost', async () => {
    const { node } = await arrange()
    const server = await node(server3000)
    await server.line('listening')
    const client = await node(request('http://127.0.0.1:3000'))
    expect(await client.line(/^200/)).toContain('127.0.0.1')
  })

  needs('network')('gives each task a port 3000 of its own', async () => {
    const world = await arrange()
    const [one, two] = await Promise.all([world.sandbox(0), world.sandbox(1)])
    for (const sandbox of [one, two]) {
      const { line } = await world.node(server3000, { sandbox })
      await line('listening')
    }
    for (const sandbox of [one, two]) {
      expect(await get(await sandbox.connect(3000, world.harness.visitor))).toContain('200 OK')
    }
  })

  needs('visitor address')('shows a program the address of its visitor', async () => {
    const world = await arrange()
    const { line } = await world.node(server3000)
    await line('listening')
    const sandbox = await world.sandbox(0)
    const answer = await get(await sandbox.connect(3000, world.harness.visitor))
    expect(answer).toContain(`from ${world.harness.visitor}`)
  })

  needs('network')('refuses a visitor where nobody listens but on 127.0.0.1', async () => {
    const world = await arrange()
    const { line } = await world.node(server3000.replace('listen(3000', `listen(3000, '127.0.0.1'`))
    await line('listening')
    const sandbox = await world.sandbox(0)
    for (const port of [3000, 3001]) {
      await expect(sandbox.connect(port, world.harness.visitor)).rejects.toBeInstanceOf(
        ConnectionRefused,
      )
    }
  })

  needs('network')('connects tasks, also at the port on which the caller listens', async () => {
    const world = await arrange()
    const [one, two] = await Promise.all([world.sandbox(0), world.sandbox(1)])
    for (const sandbox of [one, two]) {
      const { line } = await world.node(server3000, { sandbox })
      await line('listening')
    }
    const [, target] = world.harness.addresses
    const { line } = await world.node(request(`http://${target}:3000`), { sandbox: one })
    expect(await line(/^200/)).toContain(world.harness.addresses[0])
  })

  needs('network')('resolves the names of a container, and the task itself', async () => {
    const world = await arrange()
    const { container, lines } = await world.start({
      argv: ['node', '-e', `require('dns').lookup('db', (e, a) => console.log(a))`],
      hosts: { db: '10.1.2.3' },
    })
    await container.exited
    expect(lines[0]?.[0]).toBe('10.1.2.3')
  })

  needs('metadata')('answers at the address of the metadata service', async () => {
    const world = await arrange()
    const { line } = await world.node(request('http://169.254.170.2/v4/abc/task'))
    expect(await line(/^200/)).toBe('200 {"path":"/v4/abc/task"}')
    expect(world.metadata).toEqual([{ method: 'GET', path: '/v4/abc/task', body: '' }])
  })
}

function describeExec(arrange: Arrange, needs: Needs): void {
  needs('exec')('runs a program beside the container’s own', async () => {
    const world = await arrange()
    const { container } = await world.shell('echo mine > /tmp/file; sleep 100')
    const session = await container.exec({
      argv: ['sh', '-c', 'read word; echo "$word $NAME"; echo err >&2; exit 3'],
      terminal: undefined,
    })
    session.stdin.end('hello\n')
    const [out, err] = await Promise.all([text(session.stdout), text(session.stderr)])
    expect([out, err]).toEqual(['hello world\n', 'err\n'])
    expect(await session.exited).toEqual({ exitCode: 3 })
  })

  needs('exec')('ends a session whose program is not there with 127', async () => {
    const world = await arrange()
    const { container } = await world.shell('sleep 100')
    const session = await container.exec({ argv: ['no-such-program'], terminal: undefined })
    expect(await text(session.stderr)).toContain('no-such-program')
    expect(await session.exited).toEqual({ exitCode: 127 })
  })

  needs('exec')('kills a session that goes on', async () => {
    const world = await arrange()
    const { container } = await world.shell('sleep 100')
    const session = await container.exec({ argv: ['sleep', '100'], terminal: undefined })
    session.kill()
    expect(await session.exited).toEqual({ exitCode: 137 })
  })

  needs('terminal')('gives a session a terminal, and tells it of a new size', async () => {
    const world = await arrange()
    const { container } = await world.shell('sleep 100')
    const session = await container.exec({
      argv: ['sh', '-c', `trap 'stty size; exit 4' WINCH; stty size; while :; do sleep 0.05; done`],
      terminal: { columns: 101, rows: 33 },
    })
    const output = collect(session.stdout)
    await output.until('33 101')
    session.resize(55, 22)
    await output.until('22 55')
    expect(await session.exited).toEqual({ exitCode: 4 })
  })
}

function describeRest(arrange: Arrange, needs: Needs): void {
  needs('mounts')('shares a volume between the containers of a task', async () => {
    const world = await arrange()
    const mounts = [{ source: { volume: 'shared' }, path: '/data', readonly: false }]
    const argv = ['sh', '-c', 'echo shared > /data/file']
    await (
      await world.start({ argv, mounts })
    ).container.exited
    const second = await world.start({ argv: ['cat', '/data/file'], mounts })
    await second.container.exited
    expect(second.lines).toEqual([['shared', 'stdout']])
  })

  needs('mounts')('mounts a directory of the machine, read-only where asked', async () => {
    const world = await arrange()
    const directory = mkdtempSync(join(tmpdir(), 'longshore-mount-'))
    try {
      writeFileSync(join(directory, 'file'), 'theirs\n')
      const mounts = [{ source: { directory }, path: '/data', readonly: true }]
      const argv = ['sh', '-c', 'cat /data/file; echo x > /data/file']
      const { container, lines } = await world.start({ argv, mounts })
      expect((await container.exited).exitCode).not.toBe(0)
      expect(lines[0]).toEqual(['theirs', 'stdout'])
      expect(readFileSync(join(directory, 'file'), 'utf8')).toBe('theirs\n')
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  needs('mounts')('keeps a root that is read-only from being written', async () => {
    const world = await arrange()
    const argv = ['sh', '-c', 'echo x > /file || echo x > /tmp/file || echo x > /etc/file']
    const { container } = await world.start({ argv, readonlyRootFilesystem: true })
    expect((await container.exited).exitCode).not.toBe(0)
  })

  needs('memory limit')(
    'kills a container over its limit, and says that it was memory',
    async () => {
      const world = await arrange()
      const { container } = await world.start({
        argv: ['node', '-e', 'const a = []; setInterval(() => a.push(Buffer.alloc(16e6, 1)), 10)'],
        memoryMiB: 128,
      })
      expect(await container.exited).toEqual({ exitCode: 137, outOfMemory: true })
    },
  )

  needs('stats')('counts processor time, memory and traffic of a container', async () => {
    const world = await arrange()
    const { line } = await world.node(`for (let i = 0; i < 1e8; i++);` + server3000)
    await line('listening')
    const sandbox = await world.sandbox(0)
    await get(await sandbox.connect(3000, world.harness.visitor))
    const [stats] = (await sandbox.stats()).containers
    expect(stats?.cpuMs).toBeGreaterThan(0)
    expect(stats?.memoryBytes).toBeGreaterThan(1_000_000)
    expect(stats?.rxBytes).toBeGreaterThan(0)
    expect(stats?.txBytes).toBeGreaterThan(0)
  })

  needs('leftovers')('leaves no process behind a destroyed sandbox', async () => {
    const world = await arrange()
    const mark = `mark-${process.pid}-${Math.trunc(performance.now())}`
    const { container } = await world.start({
      argv: ['sh', '-c', `(sleep 1000; echo ${mark}) & sleep 1000; echo ${mark}`],
    })
    await container.exec({ argv: ['sh', '-c', `sleep 1000; echo ${mark}`], terminal: undefined })
    await expect.poll(() => processesWith(mark)).not.toEqual([])
    const sandbox = await world.sandbox(0)
    await Promise.all([sandbox.destroy(), sandbox.destroy()])
    expect(await container.exited).toMatchObject({ exitCode: 137 })
    expect(processesWith(mark)).toEqual([])
  })
}

const server3000 =
  `require('http').createServer((q, s) => s.end('from ' + ` +
  `q.socket.remoteAddress.replace('::ffff:', ''))).listen(3000, () => console.log('listening'))`

function request(url: string): string {
  return (
    `fetch('${url}').then(async (r) => console.log(r.status, await r.text())` +
    `, (e) => console.log(String(e.cause)))`
  )
}
