import { addressNumber, addressText } from '../../network/cidr.ts'
import { OUTSIDE_NAMES_CIDR } from '../../network/addresses.ts'

/** Addresses that stand for names of the outside world inside a VPC, one a name. */
export class OutsideNames {
  readonly #first = (addressNumber(OUTSIDE_NAMES_CIDR.split('/')[0] ?? '') ?? 0) + 1
  readonly #addresses = new Map<string, string>()
  readonly #names = new Map<string, string>()

  addressOf(name: string): string {
    const known = this.#addresses.get(name)
    if (known !== undefined) return known
    const address = addressText(this.#first + this.#names.size)
    this.#addresses.set(name, address)
    this.#names.set(address, name)
    return address
  }

  nameOf(address: string): string | undefined {
    return this.#names.get(address)
  }
}
