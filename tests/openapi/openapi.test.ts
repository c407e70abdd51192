import { describe, expect, test } from 'vitest';
import { ScriptRunner } from '../../src/lab/script.ts';
import { openWorld } from '../../src/node/node-host.ts';
import { CALLS, NOT_CALLED } from './calls.ts';
import { departures } from './departures.ts';
import { Description, noDescription } from './description.ts';
import { problemsOf } from './machine.ts';

if (noDescription) console.warn(`answers are not judged by the API's description: ${noDescription}`);

describe.skipIf(noDescription)('answers of the daemon', () => {
  test('are as the description of the Engine API says, but where those of a real engine are not', async () => {
    const runner = new ScriptRunner(openWorld('oracle'));
    await runner.prepare(['busybox:1.36']);
    const run = async (cmd: string) => (await runner.run({ cmd })).stdout;
    const found = await problemsOf(new Description(), run, '/var/run/docker.sock');
    const known = departures();
    expect(found.filter((problem) => !known.has(problem)).join('\n')).toBe('');
  });

  test('are of every call that is described, but where a reason stands', () => {
    const made = new Set(CALLS.map(({ call }) => call));
    const missing = new Description().calls().filter((call) => !made.has(call) && !(call in NOT_CALLED));
    expect(missing).toEqual([]);
    expect(Object.keys(NOT_CALLED).filter((call) => made.has(call))).toEqual([]);
  });

  test('that are wrong are found', () => {
    const description = new Description();
    const judge = (body: unknown, status = 200) =>
      description.problems('GET /volumes/{name}', {
        status,
        contentType: 'application/json',
        body: JSON.stringify(body),
      });
    const good = { Name: 'a', Driver: 'local', Mountpoint: '/a', Labels: {}, Scope: 'local', Options: {} };
    expect(judge(good)).toEqual([]);
    expect(judge({ ...good, Name: undefined })).toHaveLength(1);
    expect(judge({ ...good, Labels: 'x' })).toHaveLength(1);
    expect(judge({ ...good, Colour: 'red' })).toEqual(['/Colour is not described']);
    expect(judge(good, 418)).toEqual(['status 418 is not described']);
  });
});
