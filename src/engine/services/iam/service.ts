import type { EngineContext, Service } from '../service.ts'
import { IamState } from './iam-state.ts'
import { holderPolicyOperations } from './operations/holder-policies.ts'
import { instanceProfileOperations } from './operations/instance-profiles.ts'
import { policyVersionOperations } from './operations/policy-versions.ts'
import { policyOperations } from './operations/policies.ts'
import { roleOperations } from './operations/roles.ts'
import { serviceLinkedRoleOperations } from './operations/service-linked-roles.ts'
import { simulationOperations } from './operations/simulation.ts'
import { userOperations } from './operations/users.ts'
import { ensureEcsRole } from './service-linked-roles.ts'

/** IAM: roles, policies and what they decide. Global: the same in every region. */
export function createIam(context: EngineContext): Service {
  const state = new IamState(context)
  ensureEcsRole(state)
  return {
    name: 'iam',
    operations: {
      ...roleOperations(state),
      ...serviceLinkedRoleOperations(state),
      ...userOperations(state),
      ...holderPolicyOperations(state),
      ...policyOperations(state),
      ...policyVersionOperations(state),
      ...instanceProfileOperations(state),
      ...simulationOperations(state),
    },
  }
}
