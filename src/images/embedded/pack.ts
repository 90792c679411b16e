import { createHash } from 'node:crypto'
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { create } from 'tar'
import type { Blob, BuildConfig, OciImage } from '../image-config.ts'
import { listTree, sha256 } from './files.ts'

const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar+gzip'
const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json'
const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json'
const NO_TIME = new Date(0)

interface Packed {
  readonly digest: string
  readonly diffId: string
  readonly size: number
}

/** Makes an image of a built root: one layer, packed so that the same files give the same bytes. */
export async function packImage(
  { root, key, config }: { root: string; key: string; config: BuildConfig },
  { cacheDir, platform }: { cacheDir: string; platform: string },
): Promise<OciImage> {
  const layerDir = join(cacheDir, 'layers')
  mkdirSync(layerDir, { recursive: true })
  const packed = await packLayer(root, join(layerDir, key))
  const configBlob = jsonBlob(CONFIG_TYPE, {
    architecture: platform === 'linux/arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    config,
    rootfs: { type: 'layers', diff_ids: [packed.diffId] },
    history: [{ created_by: 'longshore' }],
  })
  const layer: Blob = {
    mediaType: LAYER_TYPE,
    digest: packed.digest,
    size: packed.size,
    file: join(layerDir, key),
  }
  const manifest = jsonBlob(MANIFEST_TYPE, {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: descriptor(configBlob),
    layers: [descriptor(layer)],
  })
  return { manifest, config: configBlob, layers: [layer] }
}

async function packLayer(root: string, file: string): Promise<Packed> {
  const note = `${file}.json`
  if (existsSync(note) && existsSync(file)) return JSON.parse(readFileSync(note, 'utf8')) as Packed
  const work = `${file}.making`
  await create(
    {
      file: work,
      cwd: root,
      gzip: { level: 6 },
      portable: true,
      mtime: NO_TIME,
      noDirRecurse: true,
    },
    listTree(root),
  )
  const packed: Packed = {
    digest: await digestOf(work, false),
    diffId: await digestOf(work, true),
    size: statSync(work).size,
  }
  renameSync(work, file)
  writeFileSync(note, JSON.stringify(packed))
  return packed
}

async function digestOf(file: string, unpacked: boolean): Promise<string> {
  const hash = createHash('sha256')
  const consume = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) hash.update(chunk)
  }
  if (unpacked) await pipeline(createReadStream(file), createGunzip(), consume)
  else await pipeline(createReadStream(file), consume)
  return `sha256:${hash.digest('hex')}`
}

function jsonBlob(mediaType: string, value: object): Blob {
  const bytes = Buffer.from(JSON.stringify(value))
  return { mediaType, bytes, size: bytes.length, digest: `sha256:${sha256(bytes.toString())}` }
}

function descriptor({ mediaType, digest, size }: Blob): object {
  return { mediaType, digest, size }
}
