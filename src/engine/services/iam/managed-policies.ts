import { createHash } from 'node:crypto'
import documents from './managed-policies.json' with { type: 'json' }
import type { PolicyRecord } from './records.ts'

/** AWS's own managed policies that users of containers attach, by ARN. */
export function managedPolicies(): ReadonlyMap<string, PolicyRecord> {
  return new Map(
    Object.entries(documents).map(([name, policy]) => {
      const arn = `arn:aws:iam::aws:policy${policy.path}${name}`
      const updatedAt = Date.parse(policy.updated)
      const version = {
        id: policy.version,
        document: JSON.stringify(policy.document),
        createdAt: updatedAt,
      }
      const record: PolicyRecord = {
        name,
        path: policy.path,
        id: `ANPA${createHash('sha256').update(name).digest('hex').slice(0, 17).toUpperCase()}`,
        arn,
        description: undefined,
        createdAt: Date.parse(policy.created),
        updatedAt,
        tags: {},
        versions: [version],
        defaultVersion: policy.version,
        nextVersion: 0,
      }
      return [arn, record]
    }),
  )
}
