import { describe, expect, test } from 'vitest';
import type { HttpHandler } from '../net/http/message.ts';
import { runDocker } from './docker.ts';
import { fakeCli } from './testing/fake-cli.ts';

const PATH = '/root/.docker/config.json';

/** An engine that takes one password. */
const engine: HttpHandler = async (request) => {
  if (request.target === '/_ping') return { status: 200, headers: [['Api-Version', '1.51']] };
  const chunks: Uint8Array[] = [];
  for (let chunk = await request.body.read(); chunk !== null; chunk = await request.body.read())
    chunks.push(chunk);
  const { password } = JSON.parse(new TextDecoder().decode(chunks[0]));
  return password === 'secret'
    ? { status: 200, body: '{"IdentityToken":"","Status":"Login Succeeded"}' }
    : { status: 401, body: '{"message":"unauthorized: incorrect username or password"}' };
};

async function docker(args: string[], options: Parameters<typeof fakeCli>[1] = {}) {
  const cli = fakeCli(engine, options);
  const status = await runDocker(cli, args);
  return { status, ...cli.printed, config: cli.files.get(PATH) };
}

const KEPT = {
  zebra: 1,
  detachKeys: 'ctrl-a',
  HttpHeaders: { B: '<b>', A: 'a' },
  auths: { 'z.example.com': { auth: 'YTpi' } },
};

describe('a login', () => {
  test('is filed by host, beside all that the client knows of the file', async () => {
    const args = ['login', '-u', 'me', '--password-stdin', 'https://r.example.com:5000/v2/'];
    const { status, out, err, config } = await docker(args, {
      stdin: 'secret\r\n',
      files: { [PATH]: JSON.stringify(KEPT) },
    });
    expect([status, out]).toEqual([0, 'Login Succeeded\n']);
    expect(err).toContain(`WARNING! Your credentials are stored unencrypted in '${PATH}'.\n`);
    expect(config).toBe(`{
	"auths": {
		"r.example.com:5000": {
			"auth": "bWU6c2VjcmV0"
		},
		"z.example.com": {
			"auth": "YTpi"
		}
	},
	"HttpHeaders": {
		"A": "a",
		"B": "\\u003cb\\u003e"
	},
	"detachKeys": "ctrl-a"
}`);
  });

  test('that fails files nothing', async () => {
    const { status, err, config } = await docker(['login', '-u', 'me', '-p', 'wrong', 'r.example.com']);
    expect([status, config]).toEqual([1, undefined]);
    expect(err).toBe(
      'WARNING! Using --password via the CLI is insecure. Use --password-stdin.\nError response from daemon: unauthorized: incorrect username or password\n',
    );
  });

  test('with what is filed asks for no password, and says whose it is', async () => {
    const files = { [PATH]: '{"auths":{"r.example.com":{"auth":"bWU6c2VjcmV0"}}}' };
    const { status, out, err } = await docker(['login', 'r.example.com'], { files });
    expect([status, out]).toEqual([0, 'Login Succeeded\n']);
    expect(err).toContain('Authenticating with existing credentials... [Username: me]\n');
    const old = { [PATH]: '{"auths":{"r.example.com":{"auth":"bWU6b2xk"}}}' };
    const refused = await docker(['login', 'r.example.com'], { files: old });
    expect([refused.status, refused.err.split('\n').slice(-3)]).toEqual([
      1,
      [
        'Stored credentials invalid or expired',
        'Error: Cannot perform an interactive login from a non TTY device',
        '',
      ],
    ]);
  });

  test.each([
    [
      ['-p', 'x', '--password-stdin', '-u', 'a'],
      'conflicting options: cannot specify both --password and --password-stdin',
    ],
    [['--password-stdin'], 'the --password-stdin option requires --username to be set'],
    [['-u', ''], 'username is empty'],
    [['-u', 'a', '-p', ''], 'password is empty'],
  ])('refuses %j', async (args, words) => {
    const { status, err } = await docker(['login', ...args]);
    expect([status, err]).toEqual([1, `${words}\n`]);
  });
});

test('a logout takes out every spelling of the registry', async () => {
  const auths = { 'https://r.example.com': { auth: 'YTpi' }, 'r.example.com': { auth: 'YTpi' }, x: {} };
  const { out, config } = await docker(['logout', 'r.example.com'], {
    files: { [PATH]: JSON.stringify({ auths }) },
  });
  expect(out).toBe('Removing login credentials for r.example.com\n');
  expect(JSON.parse(config!)).toEqual({ auths: { x: {} } });
});

test('a program that should keep credentials and is not there is told of', async () => {
  const files = { [PATH]: '{"credsStore":"desktop"}' };
  const { status, err } = await docker(['push', 'busybox:1'], { files });
  expect([status, err]).toEqual([
    1,
    'error getting credentials - err: exec: "docker-credential-desktop": executable file not found in $PATH, out: ``\n',
  ]);
});
