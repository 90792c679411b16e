import type { Parameter } from '@aws-sdk/client-ssm'
import { AwsError } from '../../aws-error.ts'
import { parameterNotFound } from './errors.ts'
import { parameterArn, parseSelector } from './parameter-name.ts'
import type { ParameterRecord, ParameterVersion } from './records.ts'
import { currentVersion } from './records.ts'
import { Vault } from './vault.ts'
import type { Collection } from '../../store/store.ts'
import type { EngineContext } from '../service.ts'

/** The parameters and their sealed values. */
export class SsmState {
  readonly engine: EngineContext
  readonly parameters: Collection<ParameterRecord>
  readonly vault: Vault

  constructor(engine: EngineContext) {
    this.engine = engine
    this.parameters = engine.store.collection('ssm/parameters')
    this.vault = new Vault(() => engine.dataDir)
  }

  of(region: string): ParameterRecord[] {
    return [...this.parameters.values()].filter((parameter) => parameter.region === region)
  }

  find(region: string, name: string): ParameterRecord | undefined {
    // An ARN always has a slash before the name; a name at the root may be written without.
    return (
      this.parameters.get(`${region}/${name}`) ??
      (name.lastIndexOf('/') === 0 ? this.parameters.get(`${region}/${name.slice(1)}`) : undefined)
    )
  }

  need(region: string, name: string | undefined): ParameterRecord {
    if (name?.startsWith('/aws/') === true)
      throw new AwsError(
        'ParameterNotFound',
        `Parameter ${name} not found: this engine does not have AWS's public parameters.`,
      )
    const found = name === undefined ? undefined : this.find(region, name)
    if (found === undefined) throw parameterNotFound(name)
    return found
  }

  put(parameter: ParameterRecord): void {
    this.parameters.put(`${parameter.region}/${parameter.name}`, parameter)
  }

  delete({ region, name }: ParameterRecord): void {
    this.parameters.delete(`${region}/${name}`)
  }

  /** The version that `name`, `name:3` or `name:label` selects, as the API shows it. */
  select(region: string, text: string, withDecryption: boolean): Parameter {
    const { name, selector } = parseSelector(text)
    const parameter = this.need(region, name)
    const version =
      selector === undefined
        ? currentVersion(parameter)
        : parameter.versions.find(
            (item) => String(item.version) === selector || item.labels.includes(selector),
          )
    if (version === undefined)
      throw new AwsError(
        'ParameterVersionNotFound',
        `Systems Manager could not find version ${selector} of ${name}. Verify the version and ` +
          'try again.',
      )
    return {
      ...this.view(parameter, version, withDecryption),
      ...(selector === undefined ? {} : { Selector: `:${selector}` }),
    }
  }

  view(parameter: ParameterRecord, version: ParameterVersion, withDecryption: boolean): Parameter {
    return {
      Name: parameter.name,
      Type: version.type,
      Value: this.value(parameter, version, withDecryption),
      Version: version.version,
      LastModifiedDate: new Date(version.modifiedAt),
      ARN: parameterArn(parameter.region, this.engine.accountId, parameter.name),
      DataType: version.dataType,
    }
  }

  /** A secure string without decryption is answered as it is sealed. */
  value(parameter: ParameterRecord, version: ParameterVersion, withDecryption: boolean): string {
    return version.type === 'SecureString' && withDecryption
      ? this.vault.open(parameter.name, version.value)
      : version.value
  }
}
