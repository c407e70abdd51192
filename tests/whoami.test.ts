import { expect, test } from 'vitest';
import { ScriptRunner } from '../src/lab/script.ts';
import { openWorld } from '../src/node/node-host.ts';

test('whoami tells who it is, what it was asked, and plays ill when told to', async () => {
  const machine = new ScriptRunner(openWorld('learner'));
  const run = async (cmd: string) => {
    const { stdout, stderr } = await machine.run({ cmd });
    return stdout + stderr;
  };
  await run('docker run -d --name who --hostname box -p 8080:80 -e WHOAMI_NAME=one traefik/whoami; sleep 1');
  expect(await run("curl -s 'localhost:8080/a?b=c' -H 'x-z: 1' -A test -H 'Accept-Language: de'")).toMatch(
    /^Name: one\nHostname: box\nIP: 127\.0\.0\.1\n(IP: ::1\n)?IP: 172\.17\.0\.2\nRemoteAddr: 172\.17\.0\.1:\d+\nGET \/a\?b=c HTTP\/1\.1\r\nHost: localhost:8080\r\nUser-Agent: test\r\nAccept: \*\/\*\r\nAccept-Language: de\r\nX-Z: 1\r\n\r\n$/,
  );
  expect(JSON.parse(await run('curl -s localhost:8080/api'))).toMatchObject({
    hostname: 'box',
    url: '/api',
    method: 'GET',
    name: 'one',
  });
  const health = "curl -s -o /dev/null -w '%{http_code}' localhost:8080/health";
  expect(await run(health)).toBe('200');
  await run('curl -s -X POST -d 503 localhost:8080/health');
  expect(await run(health)).toBe('503');
  expect(await run('curl -s localhost:8080/data?size=10')).toBe('|-ABCDEFG|');
  expect(await run('docker logs who')).toContain('Starting up on port 80\n');
  // A Go program takes SIGTERM as the first process, too.
  expect(await run("docker stop who; docker inspect -f '{{.State.ExitCode}}' who")).toBe('who\n2\n');
  expect(await run('docker run --rm traefik/whoami --nope')).toMatch(
    /^flag provided but not defined: -nope\n/,
  );
});
