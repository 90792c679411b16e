import { expect, test } from 'vitest'
import { hungConnections, packetsSent, traffic } from './hung-connections.ts'

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid
   0: 0501000A:AF10 0902000A:1538 02 00000001:00000000 01:00000017 00000003     0
   1: 0501000A:AF11 0902000A:1538 02 00000001:00000000 01:00000017 00000003     0
   2: 0501000A:DACC 0601000A:0BB8 01 00000000:00000000 00:00000000 00000000     0
`

test('a connection that waits for its first answer is found, each target once', () => {
  expect(hungConnections(TABLE)).toEqual([{ ip: '10.0.2.9', port: 5432 }])
})

const DEVICES = `Inter-|   Receive                            |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes packets errs drop
 task1: 100 2 0 0 0 0 0 0 200 4 0 0 0 0 0 0
task11: 1 1 0 0 0 0 0 0 1 9 0 0 0 0 0 0
`

test('counters are those of the interface that is meant', () => {
  expect(packetsSent(DEVICES, 'task1')).toBe(4)
  expect(traffic(DEVICES, 'task1')).toEqual({ rxBytes: 100, txBytes: 200 })
  expect(packetsSent(DEVICES, 'task2')).toBe(0)
})
