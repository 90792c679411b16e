import { validationError } from '../errors.ts'

/** `{{resolve:service:…}}`: a value that is fetched when a resource is applied, and never kept. */
export interface DynamicReference {
  readonly service: 'secretsmanager' | 'ssm' | 'ssm-secure'
  /** Secret's name or ARN, or parameter's name. */
  readonly id: string
  readonly jsonKey: string | undefined
  readonly versionStage: string | undefined
  /** A secret's version id, or a parameter's version number. */
  readonly version: string | undefined
}

const REFERENCE = /\{\{resolve:(secretsmanager|ssm-secure|ssm):([^{}]+)\}\}/g

export function hasDynamicReference(text: string): boolean {
  return text.search(REFERENCE) >= 0
}

/** Replaces every dynamic reference in a text by what `resolve` answers. */
export async function replaceDynamicReferences(
  text: string,
  resolve: (reference: DynamicReference) => Promise<string>,
): Promise<string> {
  const parts: string[] = []
  let end = 0
  for (const match of text.matchAll(REFERENCE)) {
    const [whole, service = '', rest = ''] = match
    parts.push(text.slice(end, match.index), await resolve(parse(service, rest)))
    end = match.index + whole.length
  }
  return [...parts, text.slice(end)].join('')
}

function parse(service: string, rest: string): DynamicReference {
  if (service === 'secretsmanager') return parseSecret(rest)
  const [id = '', version] = rest.split(':')
  return {
    service: service === 'ssm' ? 'ssm' : 'ssm-secure',
    id,
    jsonKey: undefined,
    versionStage: undefined,
    version,
  }
}

/** `id:SecretString:json-key:version-stage:version-id`; an ARN has seven parts of its own. */
function parseSecret(rest: string): DynamicReference {
  const parts = rest.split(':')
  const idParts = rest.startsWith('arn:') ? 7 : 1
  const [kind = 'SecretString', jsonKey, versionStage, version] = parts.slice(idParts)
  if (kind !== 'SecretString' && kind !== '')
    throw validationError(
      'Incorrect format is used in the following SSM reference: ' +
        `[{{resolve:secretsmanager:${rest}}}]`,
    )
  return {
    service: 'secretsmanager',
    id: parts.slice(0, idParts).join(':'),
    jsonKey: emptyAsUndefined(jsonKey),
    versionStage: emptyAsUndefined(versionStage),
    version: emptyAsUndefined(version),
  }
}

function emptyAsUndefined(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}
