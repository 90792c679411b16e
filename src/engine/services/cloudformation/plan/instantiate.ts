import type { StackDefinition } from '../records.ts'
import { activate } from '../template/activate.ts'
import type { ActiveTemplate } from '../template/activate.ts'
import { checkRules, evaluateConditions } from '../template/conditions.ts'
import { secretPlaceholder } from '../template/no-echo.ts'
import { isListType, splitList } from '../template/parameters.ts'
import type { Scope } from '../template/scope.ts'
import type { Template } from '../template/template.ts'

/** Which stack an expression is evaluated for. */
export interface StackIdentity {
  readonly stackId: string
  readonly stackName: string
  readonly accountId: string
  readonly region: string
}

/** What lies outside the stack. */
export type Surroundings = Pick<Scope, 'resource' | 'exported' | 'zones'>

export interface Instance {
  readonly active: ActiveTemplate
  readonly scope: Scope
  /** Placeholder → value of each NoEcho parameter. */
  readonly secrets: ReadonlyMap<string, string>
}

/** A template with the values of its parameters: its conditions decided, ready to be evaluated. */
export function instantiate(
  template: Template,
  definition: StackDefinition,
  identity: StackIdentity,
  surroundings: Surroundings,
): Instance {
  const pseudo = pseudoParameters(definition, identity)
  const open: Record<string, string | readonly string[]> = { ...pseudo }
  const shown: Record<string, string | readonly string[]> = { ...pseudo }
  const secrets = new Map<string, string>()
  for (const [name, { type, noEcho }] of Object.entries(template.parameters)) {
    const value = definition.resolved[name] ?? definition.parameters[name] ?? ''
    open[name] = isListType(type) ? splitList(value) : value
    shown[name] = open[name]
    if (!noEcho) continue
    const placeholder = secretPlaceholder(identity.stackId, name, value)
    secrets.set(placeholder, value)
    shown[name] = placeholder
  }
  const base = { ...surroundings, mappings: template.mappings, conditions: {} }
  const conditions = evaluateConditions(template, { ...base, parameters: open })
  checkRules(template, { ...base, parameters: open, conditions })
  return {
    active: activate(template, conditions),
    scope: { ...base, parameters: shown, conditions },
    secrets,
  }
}

function pseudoParameters(
  definition: StackDefinition,
  identity: StackIdentity,
): Readonly<Record<string, string | readonly string[]>> {
  return {
    'AWS::AccountId': identity.accountId,
    'AWS::NotificationARNs': definition.notificationArns,
    'AWS::Partition': 'aws',
    'AWS::Region': identity.region,
    'AWS::StackId': identity.stackId,
    'AWS::StackName': identity.stackName,
    'AWS::URLSuffix': 'amazonaws.com',
  }
}
