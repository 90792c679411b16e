/** A connection that is waiting for its first answer. */
export interface HungConnection {
  readonly ip: string
  readonly port: number
}

const SYN_SENT = '02'

/** Connections without answer, from the kernel's own table (`/proc/net/tcp`). */
export function hungConnections(table: string): HungConnection[] {
  const found = new Map<string, HungConnection>()
  for (const line of table.split('\n').slice(1)) {
    const [, , remote = '', state] = line.trim().split(/\s+/)
    const [address = '', port = ''] = remote.split(':')
    if (state !== SYN_SENT || address.length !== 8) continue
    found.set(remote, { ip: addressOf(address), port: Number.parseInt(port, 16) })
  }
  return [...found.values()]
}

/** Addresses stand there as the machine's words, that is lowest byte first. */
function addressOf(hex: string): string {
  return [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join('.')
}

/** Packets that left by an interface, from `/proc/net/dev`. */
export function packetsSent(table: string, device: string): number {
  return counters(table, device)?.[9] ?? 0
}

/** Bytes in and out of an interface. */
export function traffic(table: string, device: string): { rxBytes: number; txBytes: number } {
  const fields = counters(table, device)
  return { rxBytes: fields?.[0] ?? 0, txBytes: fields?.[8] ?? 0 }
}

function counters(table: string, device: string): number[] | undefined {
  const line = table.split('\n').find((each) => each.trim().startsWith(`${device}:`))
  return line?.split(':')[1]?.trim().split(/\s+/).map(Number)
}
