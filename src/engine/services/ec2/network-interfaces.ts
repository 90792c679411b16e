import type { TagSpecification } from '@aws-sdk/client-ec2'
import { AwsError } from '../../aws-error.ts'
import type { Ec2State } from './ec2-state.ts'
import { FreeAddresses } from './free-address.ts'
import type { NetworkInterfaceRecord, SubnetRecord } from './records.ts'

export interface NewInterface {
  readonly privateIp?: string | undefined
  readonly description?: string | undefined
  readonly groupIds?: readonly string[] | undefined
  readonly interfaceType?: string | undefined
  /** The service of AWS's that asks; undefined for a user's own interface. */
  readonly requesterId?: string | undefined
}

/** Makes and removes network interfaces: for users, for NAT gateways, for VPC endpoints. */
export class NetworkInterfaces {
  readonly #state: Ec2State
  readonly #free: FreeAddresses

  constructor(state: Ec2State) {
    this.#state = state
    this.#free = new FreeAddresses(state)
  }

  create(
    subnet: SubnetRecord,
    wanted: NewInterface,
    tags?: readonly TagSpecification[],
  ): NetworkInterfaceRecord {
    const { region, vpcId } = subnet
    const groupIds = this.groups({ region, vpcId }, wanted.groupIds ?? [])
    const privateIp = this.#free.take(subnet, wanted.privateIp)
    const record: NetworkInterfaceRecord = {
      id: this.#state.newId('eni'),
      region,
      vpcId,
      subnetId: subnet.id,
      zone: subnet.zone,
      privateIp,
      macAddress: this.#newMac(),
      privateDnsName: privateDnsName(region, privateIp),
      description: wanted.description ?? '',
      groupIds,
      interfaceType: wanted.interfaceType ?? 'interface',
      requesterId: wanted.requesterId,
      sourceDestCheck: true,
      attachment: undefined,
      publicIp: undefined,
    }
    return this.#state.create(this.#state.networkInterfaces, record, tags)
  }

  /** Checks groups of the VPC; none means its default group. */
  groups(
    { region, vpcId }: { region: string; vpcId: string },
    groupIds: readonly string[],
  ): readonly string[] {
    for (const id of groupIds) {
      if (this.#state.securityGroups.get(region, id).vpcId !== vpcId) {
        throw new AwsError(
          'InvalidGroup.NotFound',
          `The security group '${id}' does not exist in VPC '${vpcId}'`,
        )
      }
    }
    if (groupIds.length > 0) return [...new Set(groupIds)]
    return this.#state.securityGroups
      .by(region, 'vpc-id', vpcId)
      .filter(({ name }) => name === 'default')
      .map(({ id }) => id)
  }

  /** Marks the interface as in use by a service; returns the attachment's id. */
  attach(record: NetworkInterfaceRecord, deviceIndex = 1): string {
    const attachment = {
      id: this.#state.newId('eni-attach'),
      attachedAt: this.#state.now(),
      deviceIndex,
      instanceId: undefined,
      instanceOwnerId: 'amazon-aws',
      deleteOnTermination: false,
    }
    this.#state.networkInterfaces.put({ ...record, attachment })
    return attachment.id
  }

  setPublicIp(region: string, id: string, wanted: boolean): void {
    const record = this.#state.networkInterfaces.get(region, id)
    if ((record.publicIp !== undefined) === wanted) return
    if (record.publicIp !== undefined) this.#state.releasePublicIp(record.publicIp)
    const publicIp = wanted ? this.#state.newPublicIp() : undefined
    this.#state.networkInterfaces.put({ ...record, publicIp })
  }

  /** Removes the interface; an Elastic IP address that it had is free again. */
  delete(record: NetworkInterfaceRecord): void {
    const { region, id } = record
    for (const address of this.#state.addresses.by(region, 'network-interface-id', id)) {
      this.#state.addresses.put({
        ...address,
        associationId: undefined,
        networkInterfaceId: undefined,
        privateIpAddress: undefined,
      })
    }
    if (record.publicIp !== undefined) this.#state.releasePublicIp(record.publicIp)
    this.#state.delete(this.#state.networkInterfaces, record)
  }

  /** A locally administered hardware address. */
  #newMac(): string {
    const octets = this.#state.context.random.hex(5).match(/../g) ?? []
    return ['02', ...octets].join(':')
  }
}

/** AWS: "Amazon EC2 instance hostname types", the name by IP address. */
function privateDnsName(region: string, ip: string): string {
  const zone = region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`
  return `ip-${ip.replaceAll('.', '-')}.${zone}`
}
