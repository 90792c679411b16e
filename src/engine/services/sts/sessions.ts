import type { Clock } from '../../clock/clock.ts'
import type { Random } from '../../random.ts'
import type { Collection } from '../../store/store.ts'
import type { SessionRecord } from './records.ts'

const KEY_BYTES = 8
const SECRET_BYTES = 20
const TOKEN_BYTES = 48

/** Makes temporary credentials that last `durationSeconds` on the wall clock. */
export function issueSession(
  sessions: Collection<SessionRecord>,
  { clock, random }: { clock: Clock; random: Random },
  principal: { arn: string; userId: string; durationSeconds: number },
): SessionRecord {
  dropExpired(sessions, clock.now())
  const session: SessionRecord = {
    accessKeyId: `ASIA${random.hex(KEY_BYTES).toUpperCase()}`,
    secretAccessKey: random.hex(SECRET_BYTES),
    sessionToken: random.hex(TOKEN_BYTES),
    principalArn: principal.arn,
    userId: principal.userId,
    expiresAt: clock.now() + clock.real(principal.durationSeconds * 1000),
  }
  sessions.put(session.accessKeyId, session)
  return session
}

function dropExpired(sessions: Collection<SessionRecord>, now: number): void {
  for (const [key, { expiresAt }] of sessions.entries()) {
    if (expiresAt < now) sessions.delete(key)
  }
}
