import { expect, test } from 'vitest';
import { ScriptRunner } from '../src/lab/script.ts';
import { openWorld } from '../src/node/node-host.ts';

test('training/webapp greets, whomever it is told to, and is what the tutorials show', async () => {
  const machine = new ScriptRunner(openWorld('learner'));
  const run = async (cmd: string) => {
    const { stdout, stderr } = await machine.run({ cmd });
    return stdout + stderr;
  };
  await run('docker run -d -P --name web training/webapp python app.py; sleep 1');
  expect(await run('docker port web 5000')).toMatch(/^0\.0\.0\.0:\d+\n\[::\]:\d+\n$/);
  const page = (name: string) => `curl -s localhost:$(docker port ${name} 5000 | head -1 | cut -d: -f2)`;
  expect(await run(page('web'))).toBe('Hello world!');
  expect(await run(`${page('web')}/nope -o /dev/null -w '%{http_code} %{content_type}'`)).toBe(
    '404 text/html',
  );
  expect(await run(`${page('web')} -X POST -I`)).toMatch(
    /^HTTP\/1\.0 405 METHOD NOT ALLOWED\r\nContent-Type: text\/html\r\nAllow: HEAD, OPTIONS, GET\r\n/,
  );
  expect(await run('docker logs web')).toMatch(
    /^ \* Running on http:\/\/0\.0\.0\.0:5000\/ \(Press CTRL\+C to quit\)\n172\.17\.0\.1 - - \[\d\d\/\w{3}\/\d{4} [\d:]{8}\] "GET \/ HTTP\/1\.1" 200 -\n/,
  );
  expect(await run('docker top web -o pid,cmd | tail -1 | grep -o python.*')).toBe('python app.py\n');
  await run('docker run -d -P --name other -e PROVIDER=Docker training/webapp; sleep 1');
  expect(await run(page('other'))).toBe('Hello Docker!');
  // The text may be changed; another program is refused.
  await run('docker exec web sed -i s/Hello/Bye/ app.py; docker restart -t 0 web; sleep 1');
  expect(await run(page('web'))).toBe('Bye world!');
  expect(await run('docker run --rm training/webapp python -c "print(1)"; echo $?')).toBe(
    '126\npython: running programs in Python is not simulated in Drydock yet\n',
  );
  expect(await run('docker run --rm training/webapp python nope.py; echo $?')).toBe(
    "2\npython: can't open file 'nope.py': [Errno 2] No such file or directory\n",
  );
  // Nothing answers SIGTERM in a first process.
  expect(await run("docker stop -t 1 web; docker inspect -f '{{.State.ExitCode}}' web")).toBe('web\n137\n');
  expect(await run('docker kill -s INT other; docker wait other')).toBe('other\n0\n');
});
