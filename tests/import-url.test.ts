import { expect, test } from 'vitest';
import { ScriptRunner } from '../src/lab/script.ts';
import { openWorld } from '../src/node/node-host.ts';

/** What is expected is what a real engine 28.5.2 was seen to answer; only the server that is asked is another. */
test('docker import fetches an archive by its URL', async () => {
  const machine = new ScriptRunner(openWorld('learner'));
  await machine.prepare([]);
  const run = async (cmd: string) => {
    const { exit, stdout, stderr } = await machine.run({ cmd });
    return `${stdout}${stderr}${exit === 0 ? '' : `[${exit}]`}`;
  };
  await run('mkdir site; cd site; echo hi > f; tar cf x.tar f; gzip -k x.tar; echo nope > bad');
  await run('docker run -d -p 8055:80 -v $PWD/site:/usr/local/apache2/htdocs httpd; sleep 1');
  const site = 'http://localhost:8055';
  for (const name of ['x.tar', 'x.tar.gz']) {
    expect(await run(`docker import ${site}/${name} made:1`)).toMatch(
      new RegExp(`^Downloading from ${site}/${name}\nsha256:[0-9a-f]{64}\n$`),
    );
    expect(await run("docker history --format '{{.Size}} {{.Comment}}' made:1")).toBe(
      `3B Imported from ${site}/${name}\n`,
    );
  }
  expect(await run(`docker import ${site}/bad`)).toBe(`Downloading from ${site}/bad\n\nunexpected EOF\n[1]`);
  expect(await run(`docker import ${site}/nix`)).toMatch(
    /^Error response from daemon: failed to GET http:\/\/localhost:8055\/nix with status 404 Not Found: <!DOCTYPE/,
  );
  expect(await run('docker import http://localhost:1/x')).toBe(
    'Error response from daemon: Get "http://localhost:1/x": dial tcp 127.0.0.1:1: connect: connection refused\n[1]',
  );
  const lines = await run(
    `curl -s --unix-socket /var/run/docker.sock -X POST 'http://d/v1.51/images/create?fromSrc=localhost:8055/x.tar' | tr -d '\\r'`,
  );
  expect(lines.split('\n')).toEqual([
    '{"status":"Downloading from http://localhost:8055/x.tar"}',
    '{"status":"Importing","progressDetail":{"current":10240,"total":10240},"progress":"[==================================================\\u003e]  10.24kB/10.24kB"}',
    expect.stringMatching(/^\{"status":"sha256:[0-9a-f]{64}"\}$/),
    '',
  ]);
});
