/** What a server always has, whatever its parameter group says: small, private, quiet. */
const SMALL = {
  shared_buffers: '16MB',
  max_connections: '100',
  max_wal_size: '128MB',
  min_wal_size: '8MB',
  max_worker_processes: '4',
  max_parallel_workers: '2',
  huge_pages: 'off',
  log_checkpoints: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
}

const FIXED = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  ssl: 'off',
  logging_collector: 'off',
  log_destination: 'stderr',
  log_line_prefix: '%t [%p]: ',
  lc_messages: 'C',
  password_encryption: 'scram-sha-256',
}

/** The port in the socket's name; what clients use is the endpoint's. */
export const SOCKET_PORT = 5432

/**
 * A server's postgresql.conf. `parameters` are the parameter group's, in PostgreSQL's own names;
 * those with RDS's formulas (`{DBInstanceClassMemory/…}`) speak of another machine and stay out.
 */
export function configuration(
  socketDirectory: string,
  parameters: Readonly<Record<string, string>>,
): string {
  const usable = Object.entries(parameters).filter(
    ([name, value]) => !name.startsWith('rds.') && !value.includes('{'),
  )
  const all = {
    ...SMALL,
    ...Object.fromEntries(usable),
    ...FIXED,
    unix_socket_directories: socketDirectory,
    port: String(SOCKET_PORT),
  }
  return Object.entries(all)
    .map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`)
    .join('')
}
