import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  FilterLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { type Server, startEngine, startMoto } from '../harness/servers.ts'
import { medianOf, skipLoudly, type Suite } from '../harness/suite.ts'

const EVENTS = 100_000
const BATCH = 10_000
const names = { logGroupName: 'bench', logStreamName: 'one' }

/** How long it takes to find the few errors among many log events. */
export const logFilter: Suite = {
  name: 'log-filter',
  async run(report) {
    const engine = await startEngine()
    const moto = await startMoto()
    if (moto === undefined) skipLoudly('moto_server')
    try {
      report({
        what: `Logs FilterLogEvents over ${EVENTS.toLocaleString('en')} events`,
        unit: 'ms',
        ours: await filterMs(engine),
        theirs: moto && (await filterMs(moto)),
        peer: 'moto',
        target: { kind: 'at-most', value: 300 },
      })
    } finally {
      await engine.stop()
      await moto?.stop()
    }
  },
}

async function filterMs({ port }: Server): Promise<number> {
  const logs = new CloudWatchLogsClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
  })
  await logs.send(new CreateLogGroupCommand({ logGroupName: names.logGroupName }))
  await logs.send(new CreateLogStreamCommand(names))
  const start = Date.now() - EVENTS
  for (let first = 0; first < EVENTS; first += BATCH) {
    const logEvents = Array.from({ length: BATCH }, (_, i) => ({
      timestamp: start + first + i,
      message: `${(first + i) % 5000 === 0 ? 'ERROR' : 'GET'} /api/movies/${first + i} in 12 ms`,
    }))
    await logs.send(new PutLogEventsCommand({ ...names, logEvents }))
  }
  const filter = { logGroupName: names.logGroupName, filterPattern: 'ERROR' }
  return medianOf(async () => {
    const began = performance.now()
    const { events } = await logs.send(new FilterLogEventsCommand(filter))
    if (events?.length !== EVENTS / 5000) throw new Error(`${events?.length} events were found`)
    return performance.now() - began
  })
}
