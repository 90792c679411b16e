import type { IpPermission } from '@aws-sdk/client-ec2'
import { BlockList } from 'node:net'
import type { EngineContext } from '../service.ts'
import type { LoadBalancerRecord } from './records.ts'

/** The only address from which clients of this machine come. */
const LOOPBACK = '127.0.0.1'
/** Real: for how long an answer of EC2 is good. */
const FRESH_MS = 1000

interface Known {
  readonly atMs: number
  readonly permissions: Promise<readonly IpPermission[]>
}

/**
 * Whether a client of this machine may reach a load balancer. It may where an ingress rule of one
 * of the balancer's security groups allows the listener's port from everywhere or from 127.0.0.1;
 * a balancer without security groups (a Network Load Balancer may be so) lets everyone in.
 */
export class Admission {
  readonly #context: EngineContext
  readonly #known = new Map<string, Known>()

  constructor(context: EngineContext) {
    this.#context = context
  }

  async admits(balancer: LoadBalancerRecord, port: number): Promise<boolean> {
    if (balancer.securityGroups.length === 0) return true
    return allowsLoopback(await this.#permissions(balancer), port)
  }

  forget(arn: string): void {
    this.#known.delete(arn)
  }

  #permissions(balancer: LoadBalancerRecord): Promise<readonly IpPermission[]> {
    const { clock } = this.#context
    const known = this.#known.get(balancer.arn)
    if (known !== undefined && clock.now() - known.atMs < clock.real(FRESH_MS)) {
      return known.permissions
    }
    const permissions = this.#read(balancer)
    this.#known.set(balancer.arn, { atMs: clock.now(), permissions })
    permissions.catch(() => this.#known.delete(balancer.arn))
    return permissions
  }

  async #read({ region, securityGroups }: LoadBalancerRecord): Promise<IpPermission[]> {
    const { SecurityGroups } = await this.#context
      .calls(region)
      .ec2.describeSecurityGroups({ GroupIds: [...securityGroups] })
    return (SecurityGroups ?? []).flatMap(({ IpPermissions }) => IpPermissions ?? [])
  }
}

/** Whether a rule lets 127.0.0.1 in at a TCP port. */
export function allowsLoopback(permissions: readonly IpPermission[], port: number): boolean {
  return permissions.some(({ IpProtocol, FromPort, ToPort, IpRanges }) => {
    const all = IpProtocol === '-1'
    const tcp = IpProtocol === 'tcp' || IpProtocol === '6'
    const inRange = tcp && port >= (FromPort ?? 0) && port <= (ToPort ?? 65_535)
    return (all || inRange) && (IpRanges ?? []).some(({ CidrIp }) => covers(CidrIp ?? ''))
  })
}

function covers(cidr: string): boolean {
  const [address = '', bits] = cidr.split('/')
  const list = new BlockList()
  list.addSubnet(address, Number(bits ?? 32), 'ipv4')
  return list.check(LOOPBACK)
}
