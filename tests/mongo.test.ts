import { expect, test } from 'vitest';
import { ScriptRunner } from '../src/lab/script.ts';
import { openWorld } from '../src/node/node-host.ts';

test('mongo makes its first user, refuses others, and keeps its documents in a volume', async () => {
  const machine = new ScriptRunner(openWorld('learner'));
  await machine.prepare(['mongo', 'mongo:7']);
  const run = async (cmd: string) => {
    const { stdout, stderr } = await machine.run({ cmd });
    return stdout + stderr;
  };
  const root = '-e MONGO_INITDB_ROOT_USERNAME=root -e MONGO_INITDB_ROOT_PASSWORD=secret';
  await run(
    `mkdir init; echo 'db.greetings.insertOne({ _id: 1, text: "hello" })' > init/1.js; echo 'echo from a script' > init/2.sh`,
  );
  await run(
    `docker network create net; docker run -d --name db --network net ${root} -e MONGO_INITDB_DATABASE=shop -v "$PWD/init:/docker-entrypoint-initdb.d:ro" -v data:/data/db mongo; sleep 3`,
  );
  const log = await run('docker logs db');
  expect(log).toMatch(
    /^about to fork child process, waiting until server is ready for connections\.\nforked process: \d+\n/,
  );
  expect(log).toMatch(
    /\{ ok: 1 \}\n[\s\S]*: running \/docker-entrypoint-initdb\.d\/1\.js\n[\s\S]*from a script\n[\s\S]*killing process with pid: \d+\n[\s\S]*\nMongoDB init process complete; ready for start up\.\n\n/,
  );
  expect(log).toMatch(/"msg":"Waiting for connections","attr":\{"port":27017,"ssl":"off"\}\}\n$/);
  const shell = (options: string, program: string) =>
    run(`docker run --rm --network net mongo mongosh --quiet ${options} --eval '${program}'`);
  const find = 'db.greetings.find()';
  expect(await shell('mongodb://root:secret@db/shop?authSource=admin', find)).toBe(
    "[ { _id: 1, text: 'hello' } ]\n",
  );
  expect(await shell('--host db shop', find)).toBe(
    'MongoServerError[Unauthorized]: Command find requires authentication\n',
  );
  expect(await shell('--host db -u root -p wrong', '1')).toBe('MongoServerError: Authentication failed.\n');
  expect(await shell('--host nobody', '1')).toBe('MongoNetworkError: getaddrinfo ENOTFOUND nobody\n');
  // Neither a kill nor another container takes anything away; what the environment says counts only once.
  await run('docker kill db; docker rm db');
  await run(
    `docker run -d --name db --network net -e MONGO_INITDB_ROOT_USERNAME=other -e MONGO_INITDB_ROOT_PASSWORD=x -v data:/data/db mongo; sleep 2`,
  );
  expect(await shell('-u other -p x --host db', '1')).toBe('MongoServerError: Authentication failed.\n');
  expect(
    await shell('-u root -p secret --host db', 'db.getSiblingDB("shop").greetings.countDocuments()'),
  ).toBe('1\n');
  expect(await run("docker stop db; docker inspect -f '{{.State.ExitCode}}' db")).toBe('db\n0\n');
  expect(await run('docker run --rm -e MONGO_INITDB_ROOT_USERNAME=root mongo; echo $?')).toContain(
    "error: missing 'MONGO_INITDB_ROOT_USERNAME' or 'MONGO_INITDB_ROOT_PASSWORD'\n       both must be specified for a user to be created\n",
  );
  // Without a user everybody may do everything; lines come from a pipe.
  await run('docker run -d --name open mongo:7; sleep 2');
  expect(
    await run(
      `printf 'use shop\\ndb.a.insertOne({ _id: 1 })\\nshow dbs\\n' | docker exec -i open mongosh --quiet`,
    ),
  ).toBe(
    'test> switched to db shop\nshop> { acknowledged: true, insertedId: 1 }\nshop> admin   40.00 KiB\nconfig  40.00 KiB\nlocal   40.00 KiB\nshop    40.00 KiB\nshop> \n',
  );
});

test('at a terminal', async () => {
  const machine = new ScriptRunner(openWorld('learner'));
  await machine.prepare(['mongo']);
  await machine.run({ cmd: 'docker run -d --name db mongo; sleep 2' });
  const input = [
    'for (let i = 0; i < 2; i++) {\n',
    'print(i)\n',
    '}\n',
    'while (true) {}\n',
    '\x03',
    '{\n',
    '\x03',
    '1 + 1\n',
    'exit\n',
  ];
  const { stdout } = await machine.run({ cmd: 'docker exec -it db mongosh', tty: true, input });
  const plain = stdout.replaceAll('\r', '').replace(/\x1b\[[?\d]*[a-zA-Z]/g, '');
  expect(plain).toMatch(
    /^Current Mongosh Log ID:\t[0-9a-f]{24}\nConnecting to:\t\tmongodb:\/\/127\.0\.0\.1:27017\//,
  );
  expect(plain).toContain('Access control is not enabled for the database.');
  expect(plain.slice(plain.indexOf('test> '))).toBe(
    'test> for (let i = 0; i < 2; i++) {\n... print(i)\n... }\n0\n1\ntest> while (true) {}\n^CStopping execution...\ntest> {\n... ^C\ntest> 1 + 1\n2\ntest> exit\n',
  );
});
