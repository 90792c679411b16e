import {
  type CloudFormationClient,
  DescribeStackEventsCommand,
  type StackEvent,
} from '@aws-sdk/client-cloudformation'

/**
 * Follows a stack's events. Each call of the returned function yields what is new since the last,
 * oldest first.
 */
export function stackEventReader(
  client: CloudFormationClient,
  stackName: string,
): () => Promise<StackEvent[]> {
  const seen = new Set<string>()
  return async () => {
    const fresh: StackEvent[] = []
    let token: string | undefined
    do {
      const page = await client.send(
        new DescribeStackEventsCommand({ StackName: stackName, NextToken: token }),
      )
      const events = page.StackEvents ?? []
      const unseen = events.filter(({ EventId }) => EventId !== undefined && !seen.has(EventId))
      fresh.push(...unseen)
      // Newest first: a page with something known is the last one that matters.
      token = unseen.length === events.length ? page.NextToken : undefined
    } while (token !== undefined)
    for (const { EventId } of fresh) if (EventId !== undefined) seen.add(EventId)
    return fresh.toReversed()
  }
}
