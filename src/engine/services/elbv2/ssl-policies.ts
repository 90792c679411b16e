import type { SslPolicy } from '@aws-sdk/client-elastic-load-balancing-v2'

export const DEFAULT_SSL_POLICY = 'ELBSecurityPolicy-2016-08'

const TLS13 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256']
const TLS12 = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
]
const OLDER = [...TLS12, 'ECDHE-RSA-AES128-SHA256', 'ECDHE-RSA-AES256-SHA384', 'AES128-GCM-SHA256']

const policy = (name: string, protocols: readonly string[], ciphers: readonly string[]) => ({
  Name: name,
  SslProtocols: [...protocols],
  Ciphers: ciphers.map((cipher, i) => ({ Name: cipher, Priority: i + 1 })),
  SupportedLoadBalancerTypes: ['application', 'network'],
})

/** The policies that people name; AWS has some thirty more. */
export const SSL_POLICIES: readonly SslPolicy[] = [
  policy(DEFAULT_SSL_POLICY, ['TLSv1', 'TLSv1.1', 'TLSv1.2'], OLDER),
  policy('ELBSecurityPolicy-TLS13-1-2-2021-06', ['TLSv1.2', 'TLSv1.3'], [...TLS13, ...TLS12]),
  policy('ELBSecurityPolicy-TLS13-1-2-Res-2021-06', ['TLSv1.2', 'TLSv1.3'], [...TLS13, ...TLS12]),
  policy('ELBSecurityPolicy-TLS13-1-3-2021-06', ['TLSv1.3'], TLS13),
  policy('ELBSecurityPolicy-TLS-1-2-2017-01', ['TLSv1.2'], OLDER),
  policy('ELBSecurityPolicy-TLS-1-2-Ext-2018-06', ['TLSv1.2'], OLDER),
  policy('ELBSecurityPolicy-FS-1-2-Res-2020-10', ['TLSv1.2'], TLS12),
  policy('ELBSecurityPolicy-TLS-1-1-2017-01', ['TLSv1.1', 'TLSv1.2'], OLDER),
]
