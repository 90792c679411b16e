/** Lets the event loop turn until something has come about. The test's own time-out bounds it. */
export async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}
