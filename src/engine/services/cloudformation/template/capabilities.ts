import { AwsError } from '../../../aws-error.ts'
import type { Template } from './template.ts'

/** Name property of each IAM type: giving a name asks for the stronger capability. */
const IAM_NAMES: Readonly<Record<string, string | undefined>> = {
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::Policy': undefined,
  'AWS::IAM::Role': 'RoleName',
  'AWS::IAM::RolePolicy': undefined,
}

export interface RequiredCapabilities {
  readonly capabilities: readonly string[]
  readonly reason: string | undefined
}

/** What a request must acknowledge before the template may be applied. */
export function requiredCapabilities(template: Template): RequiredCapabilities {
  const iam = Object.values(template.resources).filter(({ type }) => Object.hasOwn(IAM_NAMES, type))
  const types = [...new Set(iam.map(({ type }) => type))]
  const named = iam.some(({ type, properties }) => {
    const name = IAM_NAMES[type]
    return name !== undefined && properties[name] !== undefined
  })
  if (types.length === 0) return { capabilities: [], reason: undefined }
  return {
    capabilities: [named ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM'],
    reason: `The following resource(s) require capabilities: [${types.join(', ')}]`,
  }
}

export function checkCapabilities(template: Template, given: readonly string[]): void {
  const missing = requiredCapabilities(template).capabilities.filter(
    (capability) => !given.includes(capability) && !given.includes('CAPABILITY_NAMED_IAM'),
  )
  if (missing.length > 0)
    throw new AwsError(
      'InsufficientCapabilitiesException',
      `Requires capabilities : [${missing.join(', ')}]`,
    )
}
