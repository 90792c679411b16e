import { AwsError } from '../../aws-error.ts'
import type { Call, EngineContext, OperationTable, Service } from '../service.ts'
import { ensureDefaultVpc } from './default-vpc.ts'
import { Ec2State } from './ec2-state.ts'
import { NetworkInterfaces } from './network-interfaces.ts'
import { accountOperations } from './operations/account.ts'
import { addressOperations } from './operations/addresses.ts'
import { internetGatewayOperations } from './operations/internet-gateways.ts'
import { natGatewayOperations } from './operations/nat-gateways.ts'
import { networkInterfaceOperations } from './operations/network-interfaces.ts'
import { routeTableOperations } from './operations/route-tables.ts'
import { routeOperations } from './operations/routes.ts'
import { securityGroupRuleOperations } from './operations/security-group-rules.ts'
import { securityGroupOperations } from './operations/security-groups.ts'
import { subnetOperations } from './operations/subnets.ts'
import { tagOperations } from './operations/tags.ts'
import { vpcEndpointOperations } from './operations/vpc-endpoints.ts'
import { vpcOperations } from './operations/vpcs.ts'

/** EC2's networking: VPCs and all that stands in them. */
export function createEc2(context: EngineContext): Service {
  const state = new Ec2State(context)
  const interfaces = new NetworkInterfaces(state)
  const operations = {
    ...vpcOperations(state),
    ...subnetOperations(state),
    ...internetGatewayOperations(state),
    ...addressOperations(state),
    ...natGatewayOperations(state, interfaces),
    ...routeTableOperations(state),
    ...routeOperations(state),
    ...securityGroupOperations(state),
    ...securityGroupRuleOperations(state),
    ...networkInterfaceOperations(state, interfaces),
    ...vpcEndpointOperations(state, interfaces),
    ...tagOperations(state),
    ...accountOperations(state),
  }
  return { name: 'ec2', operations: everywhere(operations, state) }
}

/** For every operation: the region has its default VPC, and a dry run changes nothing. */
function everywhere(operations: OperationTable, state: Ec2State): OperationTable {
  return Object.fromEntries(
    Object.entries(operations).map(([name, handler]) => [
      name,
      (input: { DryRun?: boolean }, call: Call) => {
        ensureDefaultVpc(state, call.region)
        if (input.DryRun === true) {
          throw new AwsError(
            'DryRunOperation',
            'Request would have succeeded, but DryRun flag is set.',
            { status: 412 },
          )
        }
        return handler(input as never, call)
      },
    ]),
  )
}
