import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { delimiter, isAbsolute, join, posix } from 'node:path'
import { LongshoreError } from '../../base/errors.ts'
import {
  type Dockerfile,
  execForm,
  type Instruction,
  mistake,
  parseDockerfile,
  splitOnce,
  type Stage,
  substitute,
  words,
} from '../dockerfile/parse.ts'
import { BASE_LABEL, type BuildConfig, type OciImage } from '../image-config.ts'
import type { BuildRequest } from '../images.ts'
import { type StandIn, standInFor } from './base-images.ts'
import { copyInto, copyTree, hashPath, sha256 } from './files.ts'
import { ignoreFilter } from './ignore.ts'
import { packImage } from './pack.ts'
import { runStep } from './run-step.ts'

const NODE_MAJOR = Number(process.versions.node.split('.')[0])

/** A stage as it stands after some of its instructions. */
interface State {
  readonly root: string
  /** Hash of everything that made it so. */
  readonly key: string
  readonly standIn: StandIn
  readonly config: BuildConfig
  readonly args: Readonly<Record<string, string>>
  readonly workingDirectory: string
  readonly shell: readonly string[]
}

/**
 * Builds an image without Docker: its base is the machine itself, and the image holds only what its
 * Dockerfile adds. Steps that have not changed are taken from the cache.
 */
export async function buildEmbedded(request: BuildRequest): Promise<OciImage> {
  const file = isAbsolute(request.dockerfile)
    ? request.dockerfile
    : join(request.contextDir, request.dockerfile)
  if (!existsSync(file)) {
    throw new LongshoreError('no-dockerfile', 'there is no Dockerfile', {
      place: file,
      next: "Write one, or name it: build('./folder', { dockerfile: … }).",
      exitCode: 2,
    })
  }
  const dockerfile = parseDockerfile(readFileSync(file, 'utf8'), file)
  const builder = new EmbeddedBuild(request, file, dockerfile)
  const state = await builder.build()
  return packImage(state, { cacheDir: request.cacheDir, platform: request.platform })
}

class EmbeddedBuild {
  readonly #request: BuildRequest
  readonly #file: string
  readonly #dockerfile: Dockerfile
  readonly #ignored: (path: string) => boolean
  readonly #finished = new Map<string, State>()

  constructor(request: BuildRequest, file: string, dockerfile: Dockerfile) {
    this.#request = request
    this.#file = file
    this.#dockerfile = dockerfile
    const ignore = join(request.contextDir, '.dockerignore')
    this.#ignored = ignoreFilter(existsSync(ignore) ? readFileSync(ignore, 'utf8') : '')
    mkdirSync(this.#steps, { recursive: true })
  }

  async build(): Promise<State> {
    const { stages } = this.#dockerfile
    const { target } = this.#request
    const last = target === undefined ? stages.at(-1) : stages.find(({ name }) => name === target)
    if (last === undefined) {
      throw mistake(
        this.#file,
        1,
        `there is no stage "${target ?? ''}"`,
        `FROM … AS ${target ?? 'name'}`,
      )
    }
    return this.#stage(last)
  }

  async #stage(stage: Stage): Promise<State> {
    const index = String(this.#dockerfile.stages.indexOf(stage))
    const known = this.#finished.get(index)
    if (known !== undefined) return known
    let state = await this.#begin(stage)
    for (const instruction of stage.instructions) state = await this.#apply(state, instruction)
    this.#finished.set(index, state)
    return state
  }

  async #begin(stage: Stage): Promise<State> {
    const args = { ...defined(this.#dockerfile.args), ...this.#request.buildArgs }
    const base = substitute(stage.base, args)
    const earlier = this.#dockerfile.stages.find(({ name }) => name === base)
    if (earlier !== undefined) return { ...(await this.#stage(earlier)), args: {} }
    const standIn = standInFor(base, {
      nodeMajor: NODE_MAJOR,
      has: onPath,
      place: `${this.#file}:${stage.line}`,
    })
    return {
      root: await this.#step(sha256('nothing'), undefined, async () => {}),
      key: sha256(`base ${base} ${process.version}`),
      standIn,
      config: {
        Env: standIn.environment,
        Labels: { [BASE_LABEL]: base },
        ...(standIn.command === undefined ? {} : { Cmd: standIn.command }),
      },
      args: {},
      workingDirectory: '/',
      shell: ['/bin/sh', '-c'],
    }
  }

  async #apply(state: State, instruction: Instruction): Promise<State> {
    const text =
      instruction.name === 'RUN'
        ? instruction.text
        : substitute(instruction.text, this.#variables(state))
    switch (instruction.name) {
      case 'COPY':
      case 'ADD':
        return this.#copy(state, instruction, text)
      case 'RUN':
        return this.#run(state, instruction)
      case 'WORKDIR':
        return this.#workdir(state, text)
      case 'ARG': {
        const [name, fallback] = splitOnce(words(text)[0] ?? '', '=')
        const value = this.#request.buildArgs[name] ?? fallback ?? this.#dockerfile.args[name]
        return value === undefined ? state : { ...state, args: { ...state.args, [name]: value } }
      }
      case 'SHELL':
        return { ...state, shell: execForm(text) ?? state.shell }
      case 'ONBUILD':
        throw mistake(
          this.#file,
          instruction.line,
          'ONBUILD is read by Docker only',
          'the instruction itself',
        )
      default:
        return { ...state, config: configured(state, instruction.name, text) }
    }
  }

  async #copy(state: State, instruction: Instruction, text: string): Promise<State> {
    const parts = execForm(text) ?? words(text)
    const target = parts.at(-1)
    const sources = parts.slice(0, -1)
    if (target === undefined || sources.length === 0) {
      throw mistake(
        this.#file,
        instruction.line,
        'it needs a source and a target',
        'COPY src ./src',
      )
    }
    if (sources.some((source) => /^https?:/.test(source))) {
      throw mistake(
        this.#file,
        instruction.line,
        'ADD of a URL is done by Docker only',
        'RUN curl …',
      )
    }
    const { root, ignored } = await this.#source(instruction)
    const found = sources.map((source) => this.#find(root, source, instruction))
    const hash = createHash('sha256').update(
      `${state.key} copy ${target} ${state.workingDirectory}`,
    )
    for (const path of found) hashPath(hash, path, relativeTo(root, path, ignored))
    const key = hash.digest('hex')
    const destination = posix.resolve(state.workingDirectory, target)
    const asFolder = target.endsWith('/') || sources.length > 1 || target === '.' || target === './'
    const made = await this.#step(key, state.root, async (work) => {
      for (const path of found) {
        copyInto(path, join(work, destination), {
          asFolder,
          ignored: relativeTo(root, path, ignored),
        })
      }
    })
    return { ...state, root: made, key }
  }

  async #source(instruction: Instruction) {
    const { from } = instruction.flags
    if (from === undefined) return { root: this.#request.contextDir, ignored: this.#ignored }
    const stage =
      this.#dockerfile.stages.find(({ name }) => name === from) ??
      this.#dockerfile.stages[Number(from)]
    if (stage === undefined) {
      throw mistake(
        this.#file,
        instruction.line,
        `there is no stage "${from}"`,
        'COPY --from=build /app /app',
      )
    }
    return { root: (await this.#stage(stage)).root, ignored: () => false }
  }

  #find(root: string, source: string, { line }: Instruction): string {
    // Neither a context nor a stage can be left by `..`.
    const path = join(root, posix.resolve('/', source))
    if (existsSync(path)) return path
    throw mistake(this.#file, line, `there is no "${source}" in ${root}`, 'COPY package.json ./')
  }

  async #run(state: State, instruction: Instruction): Promise<State> {
    const argv = execForm(instruction.text) ?? [...state.shell, instruction.text]
    const environment = { ...state.args, ...environmentOf(state.config) }
    const key = sha256(
      JSON.stringify([state.key, 'run', argv, environment, state.workingDirectory]),
    )
    const root = await this.#step(key, state.root, async (work) => {
      this.#request.onEvent({ line: `RUN ${instruction.text}` })
      await runStep({
        argv,
        root: work,
        workingDirectory: state.workingDirectory,
        environment,
        node: state.standIn.node,
        place: `${this.#file}:${instruction.line}`,
        onLine: (line) => this.#request.onEvent({ line }),
      })
    })
    return { ...state, root, key }
  }

  async #workdir(state: State, text: string): Promise<State> {
    const workingDirectory = posix.resolve(state.workingDirectory, text)
    const key = sha256(`${state.key} workdir ${workingDirectory}`)
    const root = await this.#step(key, state.root, async (work) => {
      mkdirSync(join(work, workingDirectory), { recursive: true })
    })
    const config = { ...state.config, WorkingDir: workingDirectory }
    return { ...state, root, key, workingDirectory, config }
  }

  /** The files after a step: from the cache, or made from those before it. */
  async #step(
    key: string,
    before: string | undefined,
    change: (work: string) => Promise<void>,
  ): Promise<string> {
    const cached = join(this.#steps, key)
    if (existsSync(cached)) return cached
    const work = mkdtempSync(join(this.#steps, 'making-'))
    try {
      if (before !== undefined) copyTree(before, work)
      await change(work)
      renameSync(work, cached)
    } catch (error) {
      rmSync(work, { recursive: true, force: true })
      throw error
    }
    return cached
  }

  #variables(state: State): Record<string, string> {
    return { ...state.args, ...environmentOf(state.config) }
  }

  get #steps(): string {
    return join(this.#request.cacheDir, 'steps')
  }
}

function configured({ config }: State, name: string, text: string): BuildConfig {
  switch (name) {
    case 'ENV':
      return { ...config, Env: withVariables(config.Env, text) }
    case 'CMD':
      return { ...config, Cmd: execForm(text) ?? ['/bin/sh', '-c', text] }
    case 'ENTRYPOINT': {
      const { Cmd: _replaced, ...rest } = config
      return { ...rest, Entrypoint: execForm(text) ?? ['/bin/sh', '-c', text] }
    }
    case 'USER':
      return { ...config, User: text }
    case 'STOPSIGNAL':
      return { ...config, StopSignal: text }
    case 'EXPOSE': {
      const ports = words(text).map((port) => (port.includes('/') ? port : `${port}/tcp`))
      return {
        ...config,
        ExposedPorts: {
          ...config.ExposedPorts,
          ...Object.fromEntries(ports.map((port) => [port, {}])),
        },
      }
    }
    case 'LABEL':
      return {
        ...config,
        Labels: {
          ...config.Labels,
          ...Object.fromEntries(words(text).map((pair) => pairOf(pair))),
        },
      }
    default:
      // HEALTHCHECK, VOLUME, MAINTAINER: ECS does not read them.
      return config
  }
}

function withVariables(before: readonly string[], text: string): string[] {
  const parts = words(text)
  const pairs =
    parts[0]?.includes('=') === true ? parts : [`${parts[0] ?? ''}=${parts.slice(1).join(' ')}`]
  const variables = new Map([...before, ...pairs].map((pair) => pairOf(pair)))
  return [...variables].map(([name, value]) => `${name}=${value}`)
}

function pairOf(pair: string): [string, string] {
  const [name, value] = splitOnce(pair, '=')
  return [name, value ?? '']
}

function environmentOf({ Env }: BuildConfig): Record<string, string> {
  return Object.fromEntries(Env.map((pair) => pairOf(pair)))
}

function defined(args: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(args).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

/** A filter of the whole root as one of a path inside it. */
function relativeTo(
  root: string,
  path: string,
  ignored: (path: string) => boolean,
): (relative: string) => boolean {
  const prefix =
    path === root || `${path}/` === root ? '' : `${path.slice(root.length).replace(/^\/+/, '')}/`
  const clean = prefix === '/' ? '' : prefix
  return (relative) => ignored(`${clean}${relative}`)
}

function onPath(program: string): boolean {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .concat('/usr/sbin', '/sbin')
    .some(
      (directory) =>
        statSync(join(directory, program), { throwIfNoEntry: false })?.isFile() === true,
    )
}
