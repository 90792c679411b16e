import { X509Certificate } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type KeyAndCertificate, selfSigned } from '../../data-plane/tls/self-signed.ts'
import type { EngineContext } from '../service.ts'

const DAY_MS = 86_400_000
/** Browsers take no certificate that is good for longer. */
const VALID_DAYS = 390
const RENEWED_DAYS_BEFORE = 30

/**
 * The certificate with which HTTPS and TLS listeners of a region answer on this machine: signed by
 * itself, kept in the engine's directory so that a client may trust it once, renewed when it is old.
 */
export class LocalCertificates {
  readonly #context: EngineContext
  readonly #known = new Map<string, KeyAndCertificate>()

  constructor(context: EngineContext) {
    this.#context = context
  }

  of(region: string): KeyAndCertificate {
    let certificate = this.#known.get(region)
    if (certificate === undefined) {
      certificate = this.#read(region) ?? this.#make(region)
      this.#known.set(region, certificate)
    }
    return certificate
  }

  #read(region: string): KeyAndCertificate | undefined {
    const { certificate, key } = this.#files(region)
    try {
      const cert = readFileSync(certificate, 'utf8')
      const endsMs = new Date(new X509Certificate(cert).validTo).getTime()
      if (endsMs - this.#wallMs() < RENEWED_DAYS_BEFORE * DAY_MS) return undefined
      return { cert, key: readFileSync(key, 'utf8') }
    } catch {
      return undefined
    }
  }

  #make(region: string): KeyAndCertificate {
    const made = selfSigned({
      commonName: 'Longshore on this machine',
      dnsNames: ['localhost', `*.${region}.elb.localhost`, `*.elb.${region}.localhost`],
      notBefore: new Date(this.#wallMs() - DAY_MS),
      notAfter: new Date(this.#wallMs() + VALID_DAYS * DAY_MS),
    })
    const { directory, certificate, key } = this.#files(region)
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    writeFileSync(key, made.key, { mode: 0o600 })
    writeFileSync(certificate, made.cert)
    this.#context.log.info('a certificate was made for the load balancers of this machine', {
      region,
      file: certificate,
    })
    return made
  }

  #files(region: string): { directory: string; certificate: string; key: string } {
    const directory = join(this.#context.dataDir, 'certificates')
    return {
      directory,
      certificate: join(directory, `${region}.pem`),
      key: join(directory, `${region}.key`),
    }
  }

  #wallMs(): number {
    const { clock } = this.#context
    return clock.toWall(clock.now()).getTime()
  }
}
