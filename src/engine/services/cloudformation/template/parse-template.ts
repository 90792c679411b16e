import { templateFormatError, validationError } from '../errors.ts'
import { parseText } from './parse-text.ts'
import type {
  OutputDeclaration,
  ParameterDeclaration,
  ResourceDeclaration,
  RuleDeclaration,
  Template,
} from './template.ts'
import type { Value, ValueMap } from './value.ts'
import { isList, isMap, scalarText } from './value.ts'

const SECTIONS = new Set([
  'AWSTemplateFormatVersion',
  'Conditions',
  'Description',
  'Hooks',
  'Mappings',
  'Metadata',
  'Outputs',
  'Parameters',
  'Resources',
  'Rules',
  'Transform',
])
const RESOURCE_MEMBERS = new Set([
  'Condition',
  'CreationPolicy',
  'DeletionPolicy',
  'DependsOn',
  'Metadata',
  'Properties',
  'Type',
  'UpdatePolicy',
  'UpdateReplacePolicy',
])
const MAX_BODY_BYTES = 51_200

/** Reads a template and checks the form of its sections, in the words of AWS. */
export function parseTemplate(body: string): Template {
  if (Buffer.byteLength(body) > MAX_BODY_BYTES)
    throw validationError(
      "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: " +
        `Member must have length less than or equal to ${MAX_BODY_BYTES}`,
    )
  const text = parseText(body)
  const unknown = Object.keys(text).filter((name) => !SECTIONS.has(name))
  if (unknown.length > 0)
    throw validationError(`Invalid template property or properties [${unknown.join(', ')}]`)
  if (text['Transform'] !== undefined || text['Hooks'] !== undefined)
    throw validationError(
      'Template format error: macros, transforms and hooks are not supported by this engine',
    )
  const version = optionalText(text['AWSTemplateFormatVersion'])
  if (version !== undefined && version !== '2010-09-09')
    throw templateFormatError('Template format version not supported.')
  return {
    formatVersion: version,
    description: optionalText(text['Description']),
    metadata: isMap(text['Metadata']) ? text['Metadata'] : undefined,
    parameters: mapEntries(section(text, 'Parameters'), parseParameter),
    mappings: mapEntries(section(text, 'Mappings'), parseMapping),
    conditions: section(text, 'Conditions'),
    rules: mapEntries(section(text, 'Rules'), parseRule),
    resources: parseResources(section(text, 'Resources')),
    outputs: mapEntries(section(text, 'Outputs'), parseOutput),
  }
}

function section(text: ValueMap, name: string): ValueMap {
  const value = text[name] ?? {}
  if (!isMap(value))
    throw templateFormatError(`[/${name}] '${name}' section must be an object/map.`)
  return value
}

function mapEntries<T>(
  map: ValueMap,
  read: (name: string, value: Value) => T,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, read(name, value)]))
}

function parseResources(map: ValueMap): Readonly<Record<string, ResourceDeclaration>> {
  if (Object.keys(map).length === 0)
    throw templateFormatError('At least one Resources member must be defined.')
  return mapEntries(map, parseResource)
}

function parseResource(name: string, value: Value): ResourceDeclaration {
  const at = `[/Resources/${name}]`
  if (!/^[A-Za-z0-9]+$/.test(name))
    throw templateFormatError(`Resource name ${name} is non alphanumeric.`)
  if (!isMap(value)) throw templateFormatError(`${at} resource definition is malformed`)
  const type = value['Type']
  if (typeof type !== 'string')
    throw templateFormatError(`${at} Every Resources object must contain a Type member.`)
  const unknown = Object.keys(value).filter((member) => !RESOURCE_MEMBERS.has(member))
  if (unknown.length > 0)
    throw validationError(`Invalid template resource property '${unknown[0]}'`)
  const properties = value['Properties'] ?? {}
  if (!isMap(properties)) throw templateFormatError(`${at} Properties must be an object.`)
  return {
    type,
    properties,
    condition: optionalText(value['Condition']),
    dependsOn: dependencies(name, value['DependsOn']),
    metadata: value['Metadata'],
    creationPolicy: value['CreationPolicy'],
    updatePolicy: value['UpdatePolicy'],
    deletionPolicy: value['DeletionPolicy'],
    updateReplacePolicy: value['UpdateReplacePolicy'],
  }
}

function dependencies(name: string, value: Value | undefined): readonly string[] {
  if (value === undefined) return []
  const list = isList(value) ? value : [value]
  return list.map((item) => {
    if (typeof item === 'string') return item
    throw templateFormatError(`[/Resources/${name}/DependsOn] must be a string or list of strings.`)
  })
}

function parseParameter(name: string, value: Value): ParameterDeclaration {
  if (!isMap(value) || typeof value['Type'] !== 'string')
    throw templateFormatError('Every Parameters object must contain a Type member.')
  const allowed = value['AllowedValues']
  if (allowed !== undefined && !isList(allowed))
    throw templateFormatError(`[/Parameters/${name}/AllowedValues] must be a list.`)
  return {
    type: value['Type'],
    defaultValue: optionalText(value['Default']),
    noEcho: scalarText(value['NoEcho']) === 'true',
    description: optionalText(value['Description']),
    allowedValues: allowed?.map(String),
    allowedPattern: optionalText(value['AllowedPattern']),
    constraintDescription: optionalText(value['ConstraintDescription']),
    minLength: optionalNumber(value['MinLength']),
    maxLength: optionalNumber(value['MaxLength']),
    minValue: optionalNumber(value['MinValue']),
    maxValue: optionalNumber(value['MaxValue']),
  }
}

function parseMapping(name: string, value: Value): ValueMap {
  if (!isMap(value)) throw templateFormatError(`Every Mappings member ${name} must be a map`)
  return value
}

function parseOutput(name: string, value: Value): OutputDeclaration {
  if (!isMap(value)) throw templateFormatError('Every Outputs member must be an object.')
  const output = value['Value']
  if (output === undefined)
    throw templateFormatError('Every Outputs member must contain a Value object')
  if (!/^[A-Za-z0-9]+$/.test(name))
    throw templateFormatError(`Outputs name '${name}' is non alphanumeric.`)
  const exported = value['Export']
  return {
    value: output,
    description: optionalText(value['Description']),
    condition: optionalText(value['Condition']),
    exportName: isMap(exported) ? exported['Name'] : undefined,
  }
}

function parseRule(name: string, value: Value): RuleDeclaration {
  const assertions = isMap(value) ? value['Assertions'] : undefined
  if (!isMap(value) || !isList(assertions))
    throw templateFormatError(`[/Rules/${name}] Every Rules member must contain Assertions.`)
  return {
    condition: value['RuleCondition'],
    assertions: assertions.filter(isMap).map((assertion) => ({
      assert: assertion['Assert'] ?? true,
      description: optionalText(assertion['AssertDescription']) ?? 'Assertion failed',
    })),
  }
}

function optionalText(value: Value | undefined): string | undefined {
  if (value === undefined || value === null) return undefined
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function optionalNumber(value: Value | undefined): number | undefined {
  return value === undefined || value === null ? undefined : Number(value)
}
