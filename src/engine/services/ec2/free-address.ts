import { contains, size, formatIp, parseCidr, parseIp } from '../../../aws/cidr.ts'
import { AwsError } from '../../aws-error.ts'
import type { Ec2State } from './ec2-state.ts'
import type { SubnetRecord } from './records.ts'

/** Network, router, DNS, future use and broadcast (AWS: "Subnet CIDR blocks"). */
export const RESERVED_ADDRESSES = 5
const FIRST_HOST = 4

/**
 * Gives out a subnet's addresses in turn. A freed address comes last, so that a late packet to the
 * old task does not meet a new one.
 */
export class FreeAddresses {
  readonly #state: Ec2State
  /** Subnet → the offset to try next. */
  readonly #next = new Map<string, number>()

  constructor(state: Ec2State) {
    this.#state = state
  }

  /** The address that is asked for, or the next free one. */
  take(subnet: SubnetRecord, wanted: string | undefined): string {
    return wanted === undefined ? this.#nextFree(subnet) : this.#wanted(subnet, wanted)
  }

  #nextFree(subnet: SubnetRecord): string {
    const cidr = blockOf(subnet)
    const count = size(cidr) - RESERVED_ADDRESSES
    const start = this.#next.get(subnet.id) ?? 0
    if (this.#state.networkInterfaces.countBy(subnet.region, 'subnet-id', subnet.id) < count) {
      for (let i = 0; i < count; i++) {
        const offset = (start + i) % count
        const ip = formatIp(cidr.base + FIRST_HOST + offset)
        if (this.#isTaken(subnet, ip)) continue
        this.#next.set(subnet.id, (offset + 1) % count)
        return ip
      }
    }
    throw new AwsError(
      'InsufficientFreeAddressesInSubnet',
      'The specified subnet does not have enough free addresses to satisfy the request.',
    )
  }

  #wanted(subnet: SubnetRecord, wanted: string): string {
    const cidr = blockOf(subnet)
    const ip = parseIp(wanted)
    if (ip === undefined || !contains(cidr, ip)) {
      throw new AwsError(
        'InvalidParameterValue',
        `Address ${wanted} does not fall within the subnet's address range`,
      )
    }
    const offset = ip - cidr.base
    if (offset < FIRST_HOST || offset === size(cidr) - 1) {
      throw new AwsError('InvalidParameterValue', `Address ${wanted} is in subnet's reserved range`)
    }
    if (this.#isTaken(subnet, wanted)) {
      throw new AwsError('InvalidIPAddress.InUse', `Address ${wanted} is in use.`)
    }
    return wanted
  }

  #isTaken(subnet: SubnetRecord, ip: string): boolean {
    return this.#state.networkInterfaces
      .by(subnet.region, 'private-ip-address', ip)
      .some(({ vpcId }) => vpcId === subnet.vpcId)
  }
}

function blockOf(subnet: SubnetRecord) {
  return parseCidr(subnet.cidrBlock) ?? { base: 0, prefix: 32 }
}
