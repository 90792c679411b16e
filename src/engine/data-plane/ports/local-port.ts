const HIGHEST_PORT = 65_535
const UNPRIVILEGED = 1024
/** Where a privileged port goes: 80 to 8080, 443 to 8443. */
const PRIVILEGED_OFFSET = 8000

/**
 * The ports of this machine to try for a listener, in order. A privileged port is not taken: it
 * would need rights, and shadow whatever a user runs there.
 */
export function* localPorts(listenerPort: number, persisted?: number): Generator<number> {
  if (persisted !== undefined) yield persisted
  const first = listenerPort < UNPRIVILEGED ? listenerPort + PRIVILEGED_OFFSET : listenerPort
  for (let port = first; port <= HIGHEST_PORT; port++) if (port !== persisted) yield port
}
