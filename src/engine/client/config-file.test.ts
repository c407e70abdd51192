import { describe, expect, test } from 'vitest';
import { loadConfig, NO_CONFIG } from './config-file.ts';
import { runDocker } from './docker.ts';
import { fakeCli } from './testing/fake-cli.ts';

const PATH = '/root/.docker/config.json';

/** What a text in config.json is answered with. */
async function load(text: string) {
  const cli = fakeCli(undefined, { files: { [PATH]: text } });
  return { config: await loadConfig(cli, '/root/.docker'), err: cli.printed.err };
}

describe('a broken config.json is told of and counts as empty', () => {
  test.each([
    ['{bad', "invalid character 'b' looking for beginning of object key string"],
    ['{"psFormat":"{{.Names}}",}', "invalid character '}' looking for beginning of object key string"],
    ['{"psFormat":"x"', 'unexpected EOF'],
    ['[]', 'json: cannot unmarshal array into Go value of type configfile.ConfigFile'],
    [
      '{"psFormat":3}',
      'json: cannot unmarshal number into Go struct field ConfigFile.psFormat of type string',
    ],
    [
      '{"HttpHeaders":{"X":1}}',
      'json: cannot unmarshal number into Go struct field ConfigFile.HttpHeaders.X of type string',
    ],
    ['{"auths":{"x":{"auth":"!!"}}}', 'illegal base64 data at input byte 0'],
    ['{"auths":{"x":{"auth":"Zm9v"}}}', 'Invalid auth configuration file'],
  ])('%s', async (text, why) => {
    const { config, err } = await load(text);
    expect(err).toBe(`WARNING: Error parsing config file (${PATH}): ${why}\n`);
    expect(config).toEqual({ ...NO_CONFIG, path: PATH });
  });
});

test('an empty file, text after the object and unknown fields are no mistakes', async () => {
  for (const text of ['', '{"detachKeys":"ctrl-x"} y', '{"nobodyKnows":1}'])
    expect((await load(text)).err).toBe('');
  expect((await load('{"detachKeys":"ctrl-x"} y')).config.detachKeys).toBe('ctrl-x');
});

test('names of fields are matched without regard to case', async () => {
  expect((await load('{"PSFORMAT":"{{.ID}}"}')).config.formats).toEqual({ psFormat: '{{.ID}}' });
});

test('credentials are those that login files', async () => {
  const { config } = await load('{"auths":{"r:5000":{"auth":"c3R1ZGVudDpzZWNyZXQ="}}}');
  expect(config.credentials.get('r:5000')).toEqual({ username: 'student', password: 'secret' });
});

test('what changes other commands in the real client is not ignored silently', async () => {
  expect((await load('{"plugins":{}}')).err).toContain("'plugins'");
});

test('HttpHeaders go with every request', async () => {
  const seen: (string | undefined)[] = [];
  const cli = fakeCli(
    async (request) => {
      seen.push(request.headers.get('X-Meta'));
      return { status: 200, headers: [['Content-Type', 'application/json']], body: '[]' };
    },
    { files: { [PATH]: '{"HttpHeaders":{"X-Meta":"v"}}' } },
  );
  await runDocker(cli, ['ps']);
  expect(seen).toEqual(['v', 'v']);
});

test('a context that does not exist gives no engine', async () => {
  const cli = fakeCli();
  expect(await runDocker(cli, ['--context', 'foo', 'ps'])).toBe(1);
  expect(cli.printed.err).toBe(
    'Failed to initialize: unable to resolve docker endpoint: context "foo": context not found: open /root/.docker/contexts/meta/2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae/meta.json: no such file or directory\n',
  );
});
