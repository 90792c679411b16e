/** What a client says first (PostgreSQL: "Frontend/Backend Protocol", message flow). */
export type Opening = 'ssl' | 'gss' | 'cancel' | 'startup'

const CODES: Readonly<Record<number, Opening>> = {
  80_877_103: 'ssl',
  80_877_104: 'gss',
  80_877_102: 'cancel',
}

/** Bytes that decide what the opening is. */
export const OPENING_BYTES = 8

export function openingOf(head: Buffer): Opening {
  return CODES[head.readInt32BE(4)] ?? 'startup'
}

/** The names in a startup message; empty where they are missing. */
export function startupNames(message: Buffer): { user: string; database: string } {
  const fields = message.subarray(OPENING_BYTES).toString('utf8').split('\0')
  const value = (key: string): string | undefined => {
    const at = fields.findIndex((field, i) => i % 2 === 0 && field === key)
    return at < 0 ? undefined : fields[at + 1]
  }
  const user = value('user') ?? ''
  return { user, database: value('database') ?? user }
}

/** The refusal of a server whose parameter `rds.force_ssl` is on, in its words. */
export function unencryptedRefusal(from: string, message: Buffer): Buffer {
  const { user, database } = startupNames(message)
  const text =
    `no pg_hba.conf entry for host "${from}", user "${user}", database "${database}", ` +
    'no encryption'
  const fields = Buffer.from(`SFATAL\0VFATAL\0C28000\0M${text}\0\0`)
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeInt32BE(4 + fields.length, 1)
  return Buffer.concat([head, fields])
}
