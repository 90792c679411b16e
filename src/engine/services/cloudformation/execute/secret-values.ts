import type { AwsCalls } from '../../calls.ts'
import { validationError } from '../errors.ts'
import type { DynamicReference } from '../template/dynamic-references.ts'
import { hasDynamicReference, replaceDynamicReferences } from '../template/dynamic-references.ts'
import { isSecretPlaceholder, revealSecrets } from '../template/no-echo.ts'
import type { Value, ValueMap } from '../template/value.ts'
import { isList, isMap, scalarText } from '../template/value.ts'

/**
 * The secrets of one call to a target service: put into the properties just before it, and taken
 * out of whatever comes back.
 */
export class SecretValues {
  readonly #calls: AwsCalls
  readonly #noEcho: ReadonlyMap<string, string>
  /** Value → the text that stands for it. */
  readonly #revealed = new Map<string, string>()

  constructor(calls: AwsCalls, noEcho: ReadonlyMap<string, string>) {
    this.#calls = calls
    this.#noEcho = noEcho
  }

  /** The properties with every placeholder and dynamic reference replaced by its value. */
  async reveal(properties: ValueMap): Promise<ValueMap> {
    return (await this.#revealValue(properties)) as ValueMap
  }

  /** The text without any value that was revealed before. */
  conceal(text: string): string {
    let result = text
    for (const [value, name] of this.#revealed) result = result.replaceAll(value, name)
    return result
  }

  concealAll(attributes: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
    if (this.#revealed.size === 0) return attributes
    return Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [
        name,
        typeof value === 'string' ? this.conceal(value) : value,
      ]),
    )
  }

  async #revealValue(value: Value): Promise<Value> {
    if (typeof value === 'string') return this.#revealText(value)
    if (isList(value)) return Promise.all(value.map((item) => this.#revealValue(item)))
    if (!isMap(value)) return value
    const entries = Object.entries(value).map(async ([key, item]): Promise<[string, Value]> => [
      key,
      await this.#revealValue(item),
    ])
    return Object.fromEntries(await Promise.all(entries))
  }

  async #revealText(text: string): Promise<string> {
    if (!isSecretPlaceholder(text) && !hasDynamicReference(text)) return text
    const opened = revealSecrets(text, this.#noEcho)
    if (opened !== text) this.#remember(opened, text)
    for (const [placeholder, value] of this.#noEcho)
      if (text.includes(placeholder)) this.#remember(value, '****')
    return replaceDynamicReferences(opened, async (reference) => {
      const value = await this.#fetch(reference)
      if (reference.service !== 'ssm') this.#remember(value, '****')
      return value
    })
  }

  #remember(value: string, name: string): void {
    // A value of one or two characters occurs everywhere; hiding it would garble every text.
    if (value.length > 2) this.#revealed.set(value, name)
  }

  async #fetch(reference: DynamicReference): Promise<string> {
    if (reference.service === 'secretsmanager') return this.#fetchSecret(reference)
    const Name =
      reference.version === undefined ? reference.id : `${reference.id}:${reference.version}`
    const { Parameter } = await this.#calls.ssm.getParameter({
      Name,
      WithDecryption: reference.service === 'ssm-secure',
    })
    return Parameter?.Value ?? ''
  }

  async #fetchSecret({ id, jsonKey, version, versionStage }: DynamicReference): Promise<string> {
    const { SecretString = '' } = await this.#calls.secretsmanager.getSecretValue({
      SecretId: id,
      ...(version === undefined ? {} : { VersionId: version }),
      ...(versionStage === undefined ? {} : { VersionStage: versionStage }),
    })
    if (jsonKey === undefined) return SecretString
    const value = jsonMember(SecretString, jsonKey)
    if (value === undefined)
      throw validationError(`Could not find a value associated with JSONKey in SecretString`)
    return value
  }
}

function jsonMember(text: string, key: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed !== 'object' || parsed === null) return undefined
    const value = (parsed as ValueMap)[key]
    return value === undefined || typeof value === 'object' ? undefined : scalarText(value)
  } catch {
    return undefined
  }
}
