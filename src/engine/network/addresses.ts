/** Task metadata and credentials, as on AWS. */
export const METADATA_ADDRESS = '169.254.170.2'

/** The engine's AWS API as tasks reach it: every service's endpoint inside a sandbox. */
export const API_ADDRESS = '169.254.170.3'
export const API_PORT = 4566
/** For `AWS_ENDPOINT_URL` of a task. */
export const API_ENDPOINT = `http://${API_ADDRESS}:${API_PORT}`

/** The VPC's resolver ("Amazon DNS server"), which answers at this address in every VPC. */
export const RESOLVER_ADDRESS = '169.254.169.253'

/**
 * Names of the outside world are answered with addresses from here, one a name, so that a
 * connection's address says which name was meant. Reserved for benchmarks (RFC 2544), so never a
 * real peer.
 */
export const OUTSIDE_NAMES_CIDR = '198.18.0.0/15'
