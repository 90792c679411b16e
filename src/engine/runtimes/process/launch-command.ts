import type { ContainerSpec } from '../runtime.ts'
import type { Tools } from './tools.ts'
import type { NumericUser } from './user-lookup.ts'

/** What Docker leaves to root in a container. */
const CAPABILITIES = [
  'audit_write',
  'chown',
  'dac_override',
  'fowner',
  'fsetid',
  'kill',
  'mknod',
  'net_bind_service',
  'net_raw',
  'setfcap',
  'setgid',
  'setpcap',
  'setuid',
  'sys_chroot',
]

/**
 * The current directory becomes the root. While a process's arguments hold this word, it is not yet
 * the container's program.
 */
export const PREPARING = '--root=./.'

const SHELL_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/
/** What a shell adds to the environment by itself. */
const SHELL_ADDS = ['PWD', 'OLDPWD', 'SHLVL', '_']

export interface Tail {
  readonly tools: Tools
  readonly spec: Pick<ContainerSpec, 'argv' | 'environment' | 'workingDirectory'>
  /** Undefined where only one user can be mapped, who then runs everything. */
  readonly user: NumericUser | undefined
}

/**
 * From a privileged process to the container's program: drops capabilities, cleans the
 * environment, changes the root, the user and the directory.
 */
export function launchTail({ tools, spec, user }: Tail): string[] {
  const { paths } = tools
  const names = Object.keys(spec.environment)
  return [
    paths.setpriv,
    `--bounding-set=-all,${CAPABILITIES.map((name) => `+${name}`).join(',')}`,
    '--inh-caps=-all',
    paths.env,
    ...SHELL_ADDS.filter((name) => !names.includes(name)).flatMap((name) => ['-u', name]),
    ...awkward(spec.environment).map(([name, value]) => `${name}=${value}`),
    paths.unshare,
    PREPARING,
    `--wd=${spec.workingDirectory}`,
    ...(user === undefined ? [] : [`--setgid=${user.gid}`, `--setuid=${user.uid}`]),
    '--',
    ...spec.argv,
  ]
}

/** The environment as a file for a shell to read: arguments would show values to every user. */
export function environmentFile(environment: Readonly<Record<string, string>>): string {
  const held = awkward(environment).map(([name]) => name)
  return Object.entries(environment)
    .filter(([name]) => !held.includes(name))
    .map(([name, value]) => `export ${name}=${quote(value)}\n`)
    .join('')
}

/**
 * Variables that no shell can hold (`a.b`), and those that would change how the launcher's own
 * programs are loaded. They are set in the last step, by argument.
 */
function awkward(environment: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(environment).filter(
    ([name]) => !SHELL_NAME.test(name) || name.startsWith('LD_'),
  )
}

/** A word of a shell, whatever it holds. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
