import { addressNumber } from '../../network/cidr.ts'

/** A locally administered address that says whose it is. */
export function macOf(ip: string): string {
  const value = addressNumber(ip) ?? 0
  const hex = value.toString(16).padStart(8, '0').match(/../g) ?? []
  return ['0a', '01', ...hex].join(':')
}
