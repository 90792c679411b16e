import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseEngine } from './test-databases.ts'

const PASSWORD = 'correct-horse-1'
const LOGIN = { user: 'app', password: PASSWORD, database: 'shop' }
const WISH = {
  DBInstanceClass: 'db.t4g.micro',
  Engine: 'postgres',
  AllocatedStorage: 20,
  MasterUsername: 'app',
  MasterUserPassword: PASSWORD,
  DBName: 'shop',
}

let engine = databaseEngine()

beforeAll(async () => {
  await engine.start()
})

afterAll(async () => {
  await engine.halt()
  await engine.remove()
})

async function create(DBInstanceIdentifier: string, more: object = {}) {
  await engine.rds.createDBInstance({ ...WISH, DBInstanceIdentifier, ...more })
  const instance = await engine.until(DBInstanceIdentifier, 'available')
  const { Address: host = '', Port: port = 0 } = instance.Endpoint ?? {}
  return {
    instance,
    host,
    port,
    login: (config: object = {}) => engine.connect(host, port, { ...LOGIN, ...config }),
  }
}

async function remove(DBInstanceIdentifier: string): Promise<void> {
  await engine.rds.deleteDBInstance({ DBInstanceIdentifier, SkipFinalSnapshot: true })
  await gone(DBInstanceIdentifier)
}

async function gone(id: string): Promise<void> {
  await expect(engine.until(id, 'gone')).rejects.toMatchObject({ code: 'DBInstanceNotFound' })
}

describe('a database', () => {
  test('is a real PostgreSQL at a private address of its VPC', async () => {
    const { instance, host, login } = await create('real')
    expect(instance).toMatchObject({
      EngineVersion: expect.stringMatching(/^\d+\.\d+$/),
      Endpoint: { Port: 5432 },
      MasterUsername: 'app',
    })
    const { NetworkInterfaces } = await engine.ec2.describeNetworkInterfaces({})
    expect(NetworkInterfaces).toMatchObject([
      {
        Description: 'RDSNetworkInterface',
        Status: 'in-use',
        RequesterManaged: true,
        PrivateIpAddress: engine.network.resolve(host),
      },
    ])
    const client = await login()
    const { rows } = await client.query('SELECT current_user AS me, current_database() AS db')
    expect(rows).toEqual([{ me: 'app', db: 'shop' }])
    await client.end()
    await remove('real')
    expect(engine.network.resolve(host)).toBeUndefined()
    expect((await engine.ec2.describeNetworkInterfaces({})).NetworkInterfaces).toEqual([])
  })

  test('lets nobody in without the password, and the master is no superuser', async () => {
    const { login } = await create('guarded')
    await expect(login({ password: 'wrong' })).rejects.toThrow(/password authentication failed/)
    await expect(login({ user: 'rdsadmin' })).rejects.toThrow(/password authentication failed/)
    const client = await login()
    await expect(client.query("COPY (SELECT 1) TO PROGRAM 'cat'")).rejects.toThrow(/denied/)
    await client.query('CREATE ROLE reader LOGIN')
    await client.query('CREATE EXTENSION pg_trgm')
    await client.end()
    await remove('guarded')
  })

  test('speaks TLS at its endpoint', async () => {
    const { login } = await create('tls')
    const client = await login({ ssl: { rejectUnauthorized: false } })
    const { rows } = await client.query('SELECT length($1) AS length', ['x'.repeat(300_000)])
    expect(rows).toEqual([{ length: 300_000 }])
    await client.end()
    await remove('tls')
  })

  test('refuses what is not encrypted when rds.force_ssl is on', async () => {
    const { rds } = engine
    const DBParameterGroupName = 'strict'
    await rds.createDBParameterGroup({
      DBParameterGroupName,
      DBParameterGroupFamily: 'postgres16',
      Description: 'strict',
    })
    const Parameters = [
      { ParameterName: 'rds.force_ssl', ParameterValue: '1', ApplyMethod: 'immediate' as const },
      { ParameterName: 'work_mem', ParameterValue: '8192', ApplyMethod: 'immediate' as const },
    ]
    await rds.modifyDBParameterGroup({ DBParameterGroupName, Parameters })
    const { login } = await create('strict', { DBParameterGroupName })
    await expect(login()).rejects.toThrow(
      'no pg_hba.conf entry for host "10.0.9.9", user "app", database "shop", no encryption',
    )
    const client = await login({ ssl: { rejectUnauthorized: false } })
    expect((await client.query('SHOW work_mem')).rows).toEqual([{ work_mem: '8MB' }])
    await client.end()
    await remove('strict')
    await rds.deleteDBParameterGroup({ DBParameterGroupName })
  })

  test('keeps its data through stop, start and reboot', async () => {
    const { login } = await create('lasting')
    const client = await login()
    await client.query('CREATE TABLE t (x int); INSERT INTO t VALUES (42)')
    await client.end()
    await engine.rds.stopDBInstance({ DBInstanceIdentifier: 'lasting' })
    await engine.until('lasting', 'stopped')
    await expect(login()).rejects.toThrow()
    await engine.rds.startDBInstance({ DBInstanceIdentifier: 'lasting' })
    await engine.until('lasting', 'available')
    await engine.rds.rebootDBInstance({ DBInstanceIdentifier: 'lasting' })
    await engine.until('lasting', 'available')
    const again = await login()
    expect((await again.query('SELECT x FROM t')).rows).toEqual([{ x: 42 }])
    await again.end()
    await remove('lasting')
  })

  test('changes its password, its groups and its port', async () => {
    const { host, instance, login } = await create('changing')
    const { GroupId = '' } = await engine.ec2.createSecurityGroup({
      GroupName: 'db',
      Description: 'db',
      VpcId: instance.DBSubnetGroup?.VpcId,
    })
    await engine.rds.modifyDBInstance({
      DBInstanceIdentifier: 'changing',
      MasterUserPassword: 'another-horse-2',
      VpcSecurityGroupIds: [GroupId],
      DBPortNumber: 5433,
      ApplyImmediately: true,
    })
    await engine.until('changing', 'available')
    await expect(login()).rejects.toThrow()
    const client = await engine.connect(host, 5433, { ...LOGIN, password: 'another-horse-2' })
    await client.end()
    const { NetworkInterfaces } = await engine.ec2.describeNetworkInterfaces({
      Filters: [{ Name: 'group-id', Values: [GroupId] }],
    })
    expect(NetworkInterfaces).toHaveLength(1)
    await remove('changing')
  })

  test('may have its password managed in a secret, and rotated', async () => {
    const { instance, login } = await create('managed', {
      MasterUserPassword: undefined,
      ManageMasterUserPassword: true,
    })
    const SecretId = instance.MasterUserSecret?.SecretArn
    const read = async () => {
      const { SecretString = '' } = await engine.secretsmanager.getSecretValue({ SecretId })
      return JSON.parse(SecretString) as { username: string; password: string }
    }
    const first = await read()
    await (await login({ password: first.password })).end()
    await engine.secretsmanager.rotateSecret({ SecretId })
    const second = await read()
    expect(second.password).not.toBe(first.password)
    await expect(login({ password: first.password })).rejects.toThrow(/authentication failed/)
    await (await login({ password: second.password })).end()
    await remove('managed')
    await expect(read()).rejects.toMatchObject({ code: 'ResourceNotFoundException' })
  })
})

describe('a snapshot', () => {
  test('is taken while the database works, and restored beside it', async () => {
    const { login } = await create('source')
    const client = await login()
    await client.query('CREATE TABLE t AS SELECT generate_series(1, 1000) AS x')
    await engine.rds.createDBSnapshot({
      DBInstanceIdentifier: 'source',
      DBSnapshotIdentifier: 'copy',
    })
    await expect
      .poll(async () => (await engine.rds.describeDBSnapshots({})).DBSnapshots?.[0]?.Status)
      .toBe('available')
    await client.query('DROP TABLE t')
    await client.end()
    await engine.rds.restoreDBInstanceFromDBSnapshot({
      DBInstanceIdentifier: 'restored',
      DBSnapshotIdentifier: 'copy',
    })
    const { Endpoint } = await engine.until('restored', 'available')
    const copy = await engine.connect(Endpoint?.Address ?? '', 5432, LOGIN)
    expect((await copy.query('SELECT count(*)::int AS n FROM t')).rows).toEqual([{ n: 1000 }])
    await copy.end()
    await remove('restored')
    await remove('source')
    await engine.rds.deleteDBSnapshot({ DBSnapshotIdentifier: 'copy' })
  })

  test('is taken last when a deletion asks for it', async () => {
    await create('final')
    await expect(
      engine.rds.deleteDBInstance({ DBInstanceIdentifier: 'final' }),
    ).rejects.toMatchObject({ code: 'InvalidParameterCombination' })
    await engine.rds.deleteDBInstance({
      DBInstanceIdentifier: 'final',
      FinalDBSnapshotIdentifier: 'last',
    })
    await gone('final')
    const { DBSnapshots } = await engine.rds.describeDBSnapshots({})
    expect(DBSnapshots).toMatchObject([{ DBSnapshotIdentifier: 'last', Status: 'available' }])
    await engine.rds.deleteDBSnapshot({ DBSnapshotIdentifier: 'last' })
  })
})

/** The server's main process, of which a session's process is a child. */
function parentOf(pid: number): number {
  const [, parent] = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(parent)
}

test('a server that is killed comes up again with its data', async () => {
  const { login } = await create('killed')
  const client = await login()
  await client.query('CREATE TABLE t (x int); INSERT INTO t VALUES (1)')
  const { rows } = await client.query('SELECT pg_backend_pid() AS pid')
  const [{ pid } = { pid: 0 }] = rows as { pid: number }[]
  process.kill(parentOf(pid), 'SIGKILL')
  const messages = async () => {
    const { Events = [] } = await engine.rds.describeEvents({ SourceIdentifier: 'killed' })
    return Events.map(({ Message }) => Message)
  }
  await expect.poll(messages).toContain('Recovery of the DB instance has started.')
  await engine.until('killed', 'available')
  const again = await login()
  expect((await again.query('SELECT x FROM t')).rows).toEqual([{ x: 1 }])
  await again.end()
  await remove('killed')
})

test("a database that does not start says why, in PostgreSQL's own words", async () => {
  const DBParameterGroupName = 'broken'
  await engine.rds.createDBParameterGroup({
    DBParameterGroupName,
    DBParameterGroupFamily: 'postgres16',
    Description: 'broken',
  })
  const Parameters = [
    {
      ParameterName: 'shared_preload_libraries',
      ParameterValue: 'no_such_library',
      ApplyMethod: 'pending-reboot' as const,
    },
  ]
  await engine.rds.modifyDBParameterGroup({ DBParameterGroupName, Parameters })
  await expect(create('broken', { DBParameterGroupName })).rejects.toThrow(/no_such_library/)
  const { Events = [] } = await engine.rds.describeEvents({ SourceIdentifier: 'broken' })
  expect(Events.at(-1)?.Message).toMatch(/could not access file "no_such_library"/)
  await remove('broken')
})

test('databases come up again with the engine, and leave no files once they are deleted', async () => {
  const { host, port, login } = await create('surviving')
  const client = await login()
  await client.query('CREATE TABLE t (x int); INSERT INTO t VALUES (7)')
  await client.end()
  const { store, dataDir } = engine
  await engine.halt()
  engine = databaseEngine({ store, dataDir })
  await engine.start()
  await engine.until('surviving', 'available')
  const again = await engine.connect(host, port, LOGIN)
  expect((await again.query('SELECT x FROM t')).rows).toEqual([{ x: 7 }])
  await again.end()
  await remove('surviving')
  expect(readdirSync(await engine.directory()).filter((name) => name.startsWith('db-'))).toEqual([])
})
