import { hasWrk, httpLoad, type HttpLoadResult } from '../harness/http-load.ts'
import { startNginx } from '../harness/nginx.ts'
import { type Program, startProgram } from '../harness/program.ts'
import { socketLoad } from '../harness/socket-load.ts'
import { median, medianOf, type Measurement, skipLoudly, type Suite } from '../harness/suite.ts'

const RUNS = 5
const RUN_MS = 1000
const CONNECTIONS = 64
const SOCKETS = 1000
/** How much later than nginx one answer in a hundred may come. */
const P99_MARGIN_MS = 2

type Report = (measurement: Measurement) => void

/** Ports of what is compared: ours, nginx, and a backend by itself. */
interface Contestants {
  readonly ours: number
  readonly nginx: number | undefined
  readonly direct: number
}

/** Requests, big bodies and WebSockets through the Application Load Balancer. */
export const alb: Suite = {
  name: 'alb',
  async run(report) {
    if (!hasWrk()) skipLoudly("wrk (the load is the harness's own, and takes a core)")
    const backends = [await startProgram('backend.ts'), await startProgram('backend.ts')]
    try {
      await against(backends.map(portOf('http')), (contestants) => requests(contestants, report))
      await against(backends.map(portOf('ws')), (contestants) => sockets(contestants, report))
    } finally {
      for (const backend of backends) await backend.stop()
    }
  },
}

function portOf(name: string): (program: Program) => number {
  return ({ said }) => said[name] ?? 0
}

/** Runs `measure` with both balancers before the backends on these ports. */
async function against(
  ports: readonly number[],
  measure: (contestants: Contestants) => Promise<void>,
): Promise<void> {
  const balancer = await startProgram('balancer.ts', ports)
  const nginx = await startNginx(ports)
  if (nginx === undefined) skipLoudly('nginx')
  try {
    await measure({ ours: balancer.said['port'] ?? 0, nginx: nginx?.port, direct: ports[0] ?? 0 })
  } finally {
    await balancer.stop()
    await nginx?.stop()
  }
}

async function requests(contestants: Contestants, report: Report): Promise<void> {
  const small = await inTurn(contestants, '/', CONNECTIONS)
  const what = `ALB, requests, ${CONNECTIONS} connections, two backends`
  const common = { peer: 'nginx', unit: '/s' }
  report({
    ...common,
    what,
    ours: small.ours.perSecond,
    theirs: small.nginx?.perSecond,
    target: { kind: 'times-faster', atLeast: 0.7 },
  })
  report({
    ...common,
    what: `${what}, p99`,
    unit: 'ms',
    ours: small.ours.p99Ms,
    theirs: small.nginx?.p99Ms,
    target: { kind: 'at-most', value: (small.nginx?.p99Ms ?? 10) + P99_MARGIN_MS },
  })
  report({
    ...common,
    what: 'ALB, requests, against one backend directly',
    peer: 'direct',
    ours: small.ours.perSecond,
    theirs: small.direct.perSecond,
    target: { kind: 'times-faster', atLeast: 0.2 },
  })
  const big = await inTurn(contestants, '/big', 16)
  report({
    ...common,
    what: 'ALB, bodies of 1 MB, 16 connections',
    ours: big.ours.perSecond,
    theirs: big.nginx?.perSecond,
    target: { kind: 'times-faster', atLeast: 0.7 },
  })
}

async function sockets({ ours, nginx }: Contestants, report: Report): Promise<void> {
  const run = (port: number) => () => socketLoad(port, { sockets: SOCKETS, durationMs: RUN_MS })
  report({
    what: `ALB, messages over ${SOCKETS.toLocaleString('en')} WebSockets`,
    unit: '/s',
    ours: await medianOf(run(ours), RUNS),
    theirs: nginx === undefined ? undefined : await medianOf(run(nginx), RUNS),
    peer: 'nginx',
    target: { kind: 'times-faster', atLeast: 0.7 },
  })
}

interface Compared {
  readonly ours: HttpLoadResult
  readonly nginx: HttpLoadResult | undefined
  readonly direct: HttpLoadResult
}

/** Round by round, so that whatever else the machine does meets all of them. */
async function inTurn(
  contestants: Contestants,
  path: string,
  connections: number,
): Promise<Compared> {
  const once = (port: number): Promise<HttpLoadResult> =>
    httpLoad({ port, path, connections, durationMs: RUN_MS })
  const ours: HttpLoadResult[] = []
  const nginx: HttpLoadResult[] = []
  const direct: HttpLoadResult[] = []
  for (let i = 0; i <= RUNS; i++) {
    ours.push(await once(contestants.ours))
    if (contestants.nginx !== undefined) nginx.push(await once(contestants.nginx))
    direct.push(await once(contestants.direct))
  }
  return {
    ours: middle(ours),
    nginx: nginx.length === 0 ? undefined : middle(nginx),
    direct: middle(direct),
  }
}

/** The median of each figure; the first round only warms up. */
function middle(results: readonly HttpLoadResult[]): HttpLoadResult {
  const counted = results.slice(1)
  return {
    perSecond: median(counted.map(({ perSecond }) => perSecond)),
    p99Ms: median(counted.map(({ p99Ms }) => p99Ms)),
  }
}
