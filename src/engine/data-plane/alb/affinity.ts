import {
  APP_COOKIE,
  cookieValue,
  decodeBelonging,
  encodeBelonging,
  GROUP_COOKIE,
  setCookieLines,
  TARGET_COOKIE,
} from '../balancing/cookies.ts'
import { Field } from '../http/fields.ts'
import type { ResponseHead } from '../http/response-head.ts'
import type { ForwardAction } from '../rules/actions.ts'
import type { Target } from '../targets/target.ts'
import type { TargetGroup } from '../targets/target-group.ts'

/** The group that the client's cookie says it belongs to, among those of the action. */
export function stickyGroup(
  action: ForwardAction,
  cookie: string,
  nowMs: number,
): string | undefined {
  if (action.stickyMs === undefined) return undefined
  const arn = decodeBelonging(cookieValue(cookie, GROUP_COOKIE), nowMs)
  return action.groups.some((group) => group.arn === arn && group.weight > 0) ? arn : undefined
}

/** The target that the client's cookie says it belongs to, when that target gets requests. */
export function stickyTarget(
  group: TargetGroup,
  cookie: string,
  nowMs: number,
): Target | undefined {
  const { stickiness } = group.config
  if (stickiness === undefined || stickiness.type === 'source_ip') return undefined
  if (
    stickiness.type === 'app_cookie' &&
    cookieValue(cookie, stickiness.cookieName) === undefined
  ) {
    return undefined
  }
  const name = stickiness.type === 'app_cookie' ? APP_COOKIE : TARGET_COOKIE
  const belongsTo = decodeBelonging(cookieValue(cookie, name), nowMs)
  if (belongsTo === undefined || !belongsTo.startsWith(`${group.config.id} `)) return undefined
  return group.eligible(belongsTo.slice(group.config.id.length + 1))
}

/** Where a request went, as cookies for the next one. */
export interface Affinity {
  readonly action: ForwardAction
  readonly group: TargetGroup
  readonly target: Target
  readonly nowMs: number
  readonly toWall: (engineMs: number) => Date
}

/** The `Set-Cookie` lines of a response, or nothing. Validity is real: it is the client's time. */
export function affinityLines(
  { action, group, target, nowMs, toWall }: Affinity,
  response: ResponseHead,
): string {
  const { stickiness } = group.config
  let lines = ''
  if (stickiness?.type === 'lb_cookie') {
    const untilMs = nowMs + stickiness.durationMs
    const value = encodeBelonging({ to: `${group.config.id} ${target.key}`, untilMs })
    lines += setCookieLines(TARGET_COOKIE, value, toWall(untilMs))
  } else if (stickiness?.type === 'app_cookie' && setsCookie(response, stickiness.cookieName)) {
    const untilMs = nowMs + stickiness.durationMs
    const value = encodeBelonging({ to: `${group.config.id} ${target.key}`, untilMs })
    lines += setCookieLines(APP_COOKIE, value, undefined)
  }
  if (action.stickyMs !== undefined) {
    const untilMs = nowMs + action.stickyMs
    const value = encodeBelonging({ to: group.config.arn, untilMs })
    lines += setCookieLines(GROUP_COOKIE, value, toWall(untilMs))
  }
  return lines
}

function setsCookie({ fields, text }: ResponseHead, name: string): boolean {
  for (let i = 0; i < fields.count; i++) {
    if (fields.field(i) === Field.setCookie && fields.value(text, i).startsWith(`${name}=`)) {
      return true
    }
  }
  return false
}
