import type {
  ContextEntry,
  EvaluationResult,
  PolicySourceType,
  SimulateCustomPolicyCommandInput,
  SimulateCustomPolicyCommandOutput,
  SimulatePrincipalPolicyCommandInput,
  SimulatePrincipalPolicyCommandOutput,
  Statement,
} from '@aws-sdk/client-iam'
import type { OperationTable, Output } from '../../service.ts'
import { checkDocument, MAX_MANAGED_POLICY } from '../checks.ts'
import { invalidInput, noSuchEntity } from '../errors.ts'
import type { IamState } from '../iam-state.ts'
import { page } from '../page.ts'
import { parseDocument } from '../policy/document.ts'
import { evaluate, withinBoundary, type Decision, type NamedPolicy } from '../policy/evaluate.ts'
import { RequestContext } from '../policy/request-context.ts'
import type { HolderRecord } from '../records.ts'

export function simulationOperations(state: IamState): OperationTable {
  return {
    SimulateCustomPolicy: (
      input: SimulateCustomPolicyCommandInput,
    ): Output<SimulateCustomPolicyCommandOutput> => {
      const boundary = input.PermissionsBoundaryPolicyInputList
      return simulate(input, {
        policies: inputPolicies(input.PolicyInputList),
        boundary: boundary === undefined ? undefined : inputPolicies(boundary),
        context: new RequestContext(valuesOf(input.ContextEntries)),
      })
    },

    SimulatePrincipalPolicy: (
      input: SimulatePrincipalPolicyCommandInput,
    ): Output<SimulatePrincipalPolicyCommandOutput> => {
      const holder = holderOf(state, input.PolicySourceArn ?? '')
      const boundary = input.PermissionsBoundaryPolicyInputList
      return simulate(input, {
        policies: [...policiesOf(state, holder), ...inputPolicies(input.PolicyInputList)],
        boundary: boundary === undefined ? boundaryOf(state, holder) : inputPolicies(boundary),
        context: new RequestContext({
          'aws:PrincipalArn': holder.arn,
          'aws:PrincipalAccount': state.context.accountId,
          ...(holder.arn.includes(':user/') ? { 'aws:username': holder.name } : {}),
          ...Object.fromEntries(
            Object.entries(holder.tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]),
          ),
          ...valuesOf(input.ContextEntries),
        }),
      })
    },
  }
}

interface Simulation {
  readonly policies: readonly NamedPolicy[]
  readonly boundary: readonly NamedPolicy[] | undefined
  readonly context: RequestContext
}

function simulate(
  input: SimulateCustomPolicyCommandInput | SimulatePrincipalPolicyCommandInput,
  { policies, boundary, context }: Simulation,
): Output<SimulateCustomPolicyCommandOutput> {
  const resources = input.ResourceArns ?? ['*']
  const results = (input.ActionNames ?? []).flatMap((action) => {
    if (!/^[\w-]+:[\w*]+$/.test(action)) {
      throw invalidInput(`Invalid Action: ${action}. Actions must be of the form service:action.`)
    }
    return resources.map((resource): EvaluationResult => {
      const request = { action, resource, context }
      const own = evaluate(request, policies)
      const limit = boundary === undefined ? undefined : evaluate(request, boundary)
      const decision = limit === undefined ? own : withinBoundary(own, limit)
      return {
        ...describe(decision),
        EvalActionName: action,
        EvalResourceName: resource,
        PermissionsBoundaryDecisionDetail:
          limit === undefined
            ? undefined
            : { AllowedByPermissionsBoundary: limit.result === 'allowed' },
      }
    })
  })
  const { items, rest } = page(results, input)
  return { EvaluationResults: items, ...rest }
}

function describe(decision: Decision): Omit<EvaluationResult, 'EvalActionName'> {
  return {
    EvalDecision: decision.result,
    MatchedStatements: decision.matched.map(({ policyId, index }): Statement => ({
      SourcePolicyId: policyId,
      SourcePolicyType: sourceType(policyId),
      // AWS tells lines and columns of the text; here the line is the statement's number.
      StartPosition: { Line: index + 1, Column: 1 },
      EndPosition: { Line: index + 1, Column: 1 },
    })),
    MissingContextValues: [...decision.missingKeys],
  }
}

function sourceType(policyId: string): PolicySourceType {
  if (policyId.startsWith('arn:aws:iam::aws:')) return 'aws-managed'
  return policyId.startsWith('arn:') ? 'user-managed' : 'none'
}

function inputPolicies(texts: readonly string[] | undefined): NamedPolicy[] {
  return (texts ?? []).map((text, i) => ({
    id: `PolicyInputList.${i + 1}`,
    document: parseDocument(checkDocument(text, 'identity', MAX_MANAGED_POLICY)),
  }))
}

function holderOf(state: IamState, arn: string): HolderRecord {
  const name = arn.slice(arn.lastIndexOf('/') + 1)
  const holder = arn.includes(':user/') ? state.users.find(name) : state.roles.find(name)
  if (holder?.arn !== arn) throw noSuchEntity(`${arn} cannot be found.`)
  return holder
}

/** Every policy that an identity carries. */
function policiesOf(state: IamState, holder: HolderRecord): NamedPolicy[] {
  return [
    ...Object.entries(holder.inlinePolicies).map(([id, text]) => ({
      id,
      document: parseDocument(text),
    })),
    ...holder.attachedPolicies.map((arn) => managed(state, arn)),
  ]
}

function boundaryOf(
  state: IamState,
  { permissionsBoundary: arn }: HolderRecord,
): NamedPolicy[] | undefined {
  return arn === undefined ? undefined : [managed(state, arn)]
}

function managed(state: IamState, arn: string): NamedPolicy {
  const { versions, defaultVersion } = state.policy(arn)
  const version = versions.find(({ id }) => id === defaultVersion)
  return { id: arn, document: parseDocument(version?.document ?? '') }
}

function valuesOf(entries: readonly ContextEntry[] | undefined): Record<string, string[]> {
  return Object.fromEntries(
    (entries ?? []).map(({ ContextKeyName, ContextKeyValues }) => [
      ContextKeyName ?? '',
      ContextKeyValues ?? [],
    ]),
  )
}
