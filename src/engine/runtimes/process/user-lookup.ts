/** A user as an image's `USER` names it, in numbers. */
export interface NumericUser {
  readonly uid: number
  readonly gid: number
  readonly home: string
}

/**
 * Resolves `user`, `user:group`, `uid` or `uid:gid` against the container's own `passwd` and
 * `group`, as Docker does. Undefined: no such user.
 */
export function lookUpUser(user: string, passwd: string, group: string): NumericUser | undefined {
  const [name = '', groupName] = user.split(':')
  const known = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find(([login, , uid]) => (name === '' ? uid === '0' : login === name || uid === name))
  if (known === undefined && !/^\d*$/.test(name)) return undefined
  const gid = groupName === undefined ? Number(known?.[3] ?? 0) : groupNumber(groupName, group)
  if (gid === undefined) return undefined
  return { uid: Number(known?.[2] ?? name), gid, home: known?.[5] || '/' }
}

function groupNumber(name: string, group: string): number | undefined {
  const known = group
    .split('\n')
    .map((line) => line.split(':'))
    .find(([each]) => each === name)
  if (known !== undefined) return Number(known[2])
  return /^\d+$/.test(name) ? Number(name) : undefined
}
