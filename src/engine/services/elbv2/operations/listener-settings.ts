import type {
  AddListenerCertificatesCommandInput,
  AddListenerCertificatesCommandOutput,
  DescribeListenerAttributesCommandInput,
  DescribeListenerAttributesCommandOutput,
  DescribeListenerCertificatesCommandInput,
  DescribeListenerCertificatesCommandOutput,
  ModifyListenerAttributesCommandInput,
  ModifyListenerAttributesCommandOutput,
  RemoveListenerCertificatesCommandInput,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Call, OperationTable, Output } from '../../service.ts'
import { attributeList, changeAttributes } from '../attributes.ts'
import { notPermitted, tooMany, validationError } from '../errors.ts'
import type { LoadBalancing } from '../load-balancing.ts'
import { page } from '../page.ts'
import type { ListenerRecord } from '../records.ts'

/** AWS: "Quotas for your Application Load Balancers": certificates beside the default one. */
const MAX_CERTIFICATES = 25

export function listenerSettingOperations(balancing: LoadBalancing): OperationTable {
  const { state } = balancing
  return {
    DescribeListenerAttributes: (
      input: DescribeListenerAttributesCommandInput,
      call: Call,
    ): Output<DescribeListenerAttributesCommandOutput> => {
      const { attributes } = state.listener(call.region, input.ListenerArn)
      return { Attributes: attributeList(attributes) }
    },

    ModifyListenerAttributes: async (
      input: ModifyListenerAttributesCommandInput,
      call: Call,
    ): Promise<Output<ModifyListenerAttributesCommandOutput>> => {
      const record = state.listener(call.region, input.ListenerArn)
      const http = record.protocol === 'HTTP' || record.protocol === 'HTTPS'
      const kind = http ? 'httpListener' : 'tcpListener'
      const attributes = changeAttributes(kind, record.attributes, input.Attributes ?? [])
      await balancing.putListener({ ...record, attributes })
      return { Attributes: attributeList(attributes) }
    },

    AddListenerCertificates: (
      input: AddListenerCertificatesCommandInput,
      call: Call,
    ): Output<AddListenerCertificatesCommandOutput> => {
      const record = secureListener(balancing, call, input.ListenerArn)
      const known = new Set(record.certificates.map(({ CertificateArn }) => CertificateArn))
      const added = (input.Certificates ?? [])
        .filter(({ CertificateArn }) => !known.has(CertificateArn))
        .map(({ CertificateArn }) => ({ CertificateArn }))
      const certificates = [...record.certificates, ...added]
      if (certificates.length > MAX_CERTIFICATES + 1) {
        throw tooMany('Certificates', 'You have reached the limit on the number of certificates')
      }
      state.put(state.listeners, { ...record, certificates })
      return { Certificates: added.map((each) => ({ ...each, IsDefault: false })) }
    },

    RemoveListenerCertificates: (input: RemoveListenerCertificatesCommandInput, call: Call) => {
      const record = secureListener(balancing, call, input.ListenerArn)
      const removed = new Set((input.Certificates ?? []).map((each) => each.CertificateArn))
      if (removed.has(record.certificates[0]?.CertificateArn)) {
        throw notPermitted('The default certificate of a listener cannot be removed')
      }
      const certificates = record.certificates.filter((each) => !removed.has(each.CertificateArn))
      state.put(state.listeners, { ...record, certificates })
      return {}
    },

    DescribeListenerCertificates: (
      input: DescribeListenerCertificatesCommandInput,
      call: Call,
    ): Output<DescribeListenerCertificatesCommandOutput> => {
      const { certificates } = state.listener(call.region, input.ListenerArn)
      const { items, NextMarker } = page(
        certificates.map((each, i) => ({ ...each, IsDefault: i === 0 })),
        input,
      )
      return { Certificates: items, NextMarker }
    },
  }
}

function secureListener(
  { state }: LoadBalancing,
  call: Call,
  arn: string | undefined,
): ListenerRecord {
  const record = state.listener(call.region, arn)
  if (record.certificates.length === 0) {
    throw validationError(`Listener '${record.arn}' is not an HTTPS or TLS listener`)
  }
  return record
}
