import { AwsError } from '../../aws-error.ts'

/** How EC2 says that an id of that kind names nothing: code, and the sentence around the id. */
const NOT_FOUND: Readonly<Record<string, readonly [code: string, before: string, after: string]>> =
  {
    vpc: ['InvalidVpcID.NotFound', "The vpc ID '", "' does not exist"],
    subnet: ['InvalidSubnetID.NotFound', "The subnet ID '", "' does not exist"],
    igw: ['InvalidInternetGatewayID.NotFound', "The internetGateway ID '", "' does not exist"],
    eipalloc: ['InvalidAllocationID.NotFound', "The allocation ID '", "' does not exist"],
    nat: ['NatGatewayNotFound', 'The Nat Gateway ', ' was not found'],
    rtb: ['InvalidRouteTableID.NotFound', "The routeTable ID '", "' does not exist"],
    sg: ['InvalidGroup.NotFound', "The security group '", "' does not exist"],
    sgr: [
      'InvalidSecurityGroupRuleId.NotFound',
      "The security group rule ID '",
      "' does not exist",
    ],
    eni: ['InvalidNetworkInterfaceID.NotFound', "The networkInterface ID '", "' does not exist"],
    vpce: ['InvalidVpcEndpointId.NotFound', "The Vpc Endpoint Id '", "' does not exist"],
    acl: ['InvalidNetworkAclID.NotFound', "The networkAcl ID '", "' does not exist"],
    dopt: ['InvalidDhcpOptionID.NotFound', "The dhcpOption ID '", "' does not exist"],
    pl: ['InvalidPrefixListID.NotFound', "The prefix list ID '", "' does not exist"],
  }

/** The error for an id that names nothing; `prefix` is the id's kind (`vpc`, `subnet`, …). */
export function notFound(prefix: string, id: string): AwsError {
  const known = NOT_FOUND[prefix]
  if (known === undefined) return new AwsError('InvalidID', `The ID '${id}' is not valid`)
  const [code, before, after] = known
  return new AwsError(code, `${before}${id}${after}`)
}

export function dependencyViolation(message: string): AwsError {
  return new AwsError('DependencyViolation', message)
}

export function hasDependencies(kind: string, id: string): AwsError {
  return dependencyViolation(`The ${kind} '${id}' has dependencies and cannot be deleted.`)
}

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message)
}

export function missingParameter(name: string): AwsError {
  return new AwsError('MissingParameter', `The request must contain the parameter ${name}`)
}

export function invalidCidr(value: string): AwsError {
  return invalidParameter(
    `Value (${value}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`,
  )
}

export function unsupported(message: string): AwsError {
  return new AwsError('UnsupportedOperation', message)
}
