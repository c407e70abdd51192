import { expect, test } from 'vitest';
import { ScriptRunner } from '../src/lab/script.ts';
import { openWorld } from '../src/node/node-host.ts';

test('postgres wants a password, keeps its data in a volume, and takes only who knows the password', async () => {
  const machine = new ScriptRunner(openWorld('learner'));
  await machine.prepare([]);
  const run = async (cmd: string) => {
    const { stdout, stderr } = await machine.run({ cmd });
    return stdout + stderr;
  };
  expect(await run('docker run --rm postgres:17')).toContain(
    'Error: Database is uninitialized and superuser password is not specified.\n',
  );
  const server = (name: string) =>
    run(
      `docker run -d --name ${name} --network shop -e POSTGRES_PASSWORD=right -e POSTGRES_DB=shop -v data:/var/lib/postgresql/data postgres:17; sleep 5`,
    );
  await run('docker network create shop');
  await server('first');
  expect(await run('docker logs first')).toContain(
    '\nPostgreSQL init process complete; ready for start up.\n',
  );
  await run('docker exec first psql -U postgres shop -c "create table t (a int); insert into t values (7)"');
  const from = (password: string) =>
    run(
      `docker run --rm --network shop -e PGPASSWORD=${password} postgres:17 psql -tA -h first -U postgres shop -c 'select a from t'`,
    );
  expect(await from('right')).toBe('7\n');
  expect(await from('wrong')).toMatch(
    /^psql: error: connection to server at "first" \(172\.\d+\.0\.2\), port 5432 failed: FATAL: {2}password authentication failed for user "postgres"\n$/,
  );
  await run('docker rm -f first');
  await server('second');
  expect(await run('docker logs second')).toContain('appears to contain a database; Skipping initialization');
  // Killed, not stopped: it has something to make good.
  expect(await run('docker logs second')).toContain('automatic recovery in progress');
  expect(await run('docker exec second psql -U postgres -tA shop -c "select a from t"')).toBe('7\n');
  expect(await run('docker exec second pg_isready')).toBe(
    '/var/run/postgresql:5432 - accepting connections\n',
  );
});
