/**
 * Repositories as the source of builds. What is expected is what an engine 28.5.2 printed for a repository of the same shape, served by
 * git http-backend; names, ids and times are others.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { ScriptRunner } from '../../src/lab/script.ts';
import { openWorld } from '../../src/node/node-host.ts';

const HOST = 'https://github.com/drydock-course';
const GREETER = `${HOST}/greeter.git`;

let machine: ScriptRunner;
const run = async (cmd: string) => {
  const { exit, stdout, stderr } = await machine.run({ cmd });
  return { exit, text: stdout + stderr };
};
beforeAll(async () => {
  machine = new ScriptRunner(openWorld('learner'));
  await machine.prepare(['busybox']);
});

/** What a build says, without empty lines and with ids, times and directories made the same. */
async function build(args: string, input?: string): Promise<string[]> {
  const stdin = input === undefined ? '' : `printf '${input.replace(/\n/g, '\\n')}' | `;
  const { text } = await run(`${stdin}docker build --progress=plain ${args}`);
  return text
    .replace(/\b[0-9a-f]{40}\b/g, 'ID')
    .replace(/overlay2\/\w{25}/g, 'overlay2/DIRECTORY')
    .replace(/^(#\d+ )?\d+\.\d+ /gm, '$10.0 ')
    .replace(/DONE \d+\.\ds/g, 'DONE 0.0s')
    .split('\n')
    .filter((line) => line !== '');
}

/** The lines of a step, without its number and times. */
const stepOf = (lines: readonly string[], number: number): string[] =>
  lines.flatMap((line) => {
    const [, found, text = ''] = /^#(\d+) (?:0\.0 )?(.*)$/.exec(line) ?? [];
    return found === `${number}` ? [text] : [];
  });

describe('docker build URL', () => {
  test('fetches a repository once, and asks each time what its branch is', async () => {
    const first = await build(GREETER);
    expect(stepOf(first, 1)).toEqual([
      `[internal] load git source ${GREETER}`,
      'ref: refs/heads/main\tHEAD',
      'ID\tHEAD',
      'ID\trefs/heads/main',
      'Initialized empty Git repository in /var/lib/docker/overlay2/DIRECTORY/diff/',
      'ref: refs/heads/main\tHEAD',
      'ID\tHEAD',
      `From ${HOST}/greeter`,
      ' * [new branch]      main       -> main',
      ' * [new branch]      main       -> origin/main',
      'DONE 0.0s',
    ]);
    expect(stepOf(first, 4)).toEqual(['[2/2] COPY greeting.txt /', 'DONE 0.0s']);
    const again = await build(GREETER);
    expect(stepOf(again, 1)).toEqual([
      `[internal] load git source ${GREETER}`,
      'ref: refs/heads/main\tHEAD',
      'ID\tHEAD',
      'ID\trefs/heads/main',
      'CACHED',
    ]);
    const tagged = await build(`'${GREETER}#v1' -t tagged`);
    expect(stepOf(tagged, 1)).toEqual([
      `[internal] load git source ${GREETER}#v1`,
      'ID\trefs/tags/v1',
      'ID\trefs/tags/v1^{}',
      `From ${HOST}/greeter`,
      ' * [new tag]         v1         -> v1',
      'DONE 0.0s',
    ]);
    expect(await run('docker run --rm tagged')).toEqual({ exit: 0, text: 'Hello!\n' });
    const polite = await build(`'${GREETER}?branch=polite' -t polite`);
    expect(stepOf(polite, 1)).toContain(' * [new branch]      polite     -> refs/heads/polite');
    expect((await run('docker run --rm polite')).text).toBe('Good day, and welcome aboard.\n');
    const web = await build(`'${GREETER}#:web' -t web`);
    expect(stepOf(web, 4)).toEqual(['[2/2] COPY index.html /www/', 'DONE 0.0s']);
    const list = await run(
      `docker system df -v | grep -c 'source.git.checkout'; docker builder prune -af | grep -c true`,
    );
    expect(list.text).toMatch(/^4\n\d+\n$/);
  });

  test.each([
    ['greeter.git#nope', 'failed to load cache key: repository does not contain ref nope, output: ""'],
    [
      'greeter.git#main:nosub',
      'invalid subdir /nosub: failed to lstat "nosub": statat nosub: no such file or directory',
    ],
    [
      'greeter.git#main:hello.sh',
      'invalid subdir /hello.sh: git subpath "/hello.sh" contains non-directory "hello.sh"',
    ],
  ])('%s', async (what, why) => {
    const said = await build(`'${HOST}/${what}'`);
    const short = why.replace('failed to load cache key: ', '');
    expect(stepOf(said, 1).at(-1)).toBe(`ERROR: ${short}`);
    expect(said.at(-1)).toBe(`ERROR: failed to build: failed to solve: failed to read dockerfile: ${why}`);
  });

  test('of a repository that nobody may see, and of a host that there is not', async () => {
    const said = await build(`${HOST}/none.git`);
    expect(said.slice(-3)).toEqual([
      `ERROR: failed to build: failed to solve: failed to read dockerfile: failed to load cache key: error fetching default branch for repository ${HOST}/none.git: git stderr:`,
      "fatal: could not read Username for 'https://github.com': terminal prompts disabled",
      ': exit status 128',
    ]);
    expect((await build('https://nowhere.invalid/x.git')).at(-2)).toBe(
      "fatal: unable to access 'https://nowhere.invalid/x.git/': Could not resolve host: nowhere.invalid",
    );
  });

  test.each([
    [`'${GREETER}?bogus=1'`, 'failed to solve: unexpected query "bogus"'],
    [`'${GREETER}?ref='`, 'failed to solve: query "ref" has no value'],
    [`'${GREETER}?tag=v1&branch=main'`, 'failed to solve: branch conflicts with tag'],
    [`'${GREETER}?ref=v1#main'`, 'failed to solve: ref conflicts: "main" vs "v1"'],
    [`'${GREETER}?keep-git-dir=x'`, 'failed to solve: invalid keep-git-dir value: "x"'],
    ['github.com/drydock-course/greeter', 'unknown protocol'],
    [
      'git@github.com:drydock-course/greeter.git',
      'failed to convert agent config {default [] false}: invalid empty ssh agent socket: make sure SSH_AUTH_SOCK is set',
    ],
  ])('%s is refused', async (url, why) => {
    expect(await build(url)).toEqual([`ERROR: failed to build: ${why}`]);
  });
});

describe('ADD of a repository', () => {
  test('brings its files; its history where that is asked for', async () => {
    const dockerfile = `FROM busybox\nADD --keep-git-dir ${GREETER}#v1 /k\nADD ${GREETER} /m/\n`;
    const said = await build('-t added -', dockerfile);
    expect(said).toContain("#5 0.0 Note: switching to 'FETCH_HEAD'.");
    expect(said).toContain('#5 0.0  * [new tag]         v1         -> v1');
    const { text } = await run(
      `docker run --rm added sh -c 'ls -A /k /m; cat /k/.git/HEAD; find /k/.git/refs -type f; tail -3 /k/.git/config'`,
    );
    expect(text.replace(/[0-9a-f]{40}/, 'ID').split('\n')).toEqual([
      '/k:',
      ...['.git', 'Dockerfile', 'README.md', 'greeting.txt', 'hello.sh', ''],
      '/m:',
      ...['Dockerfile', 'README.md', 'greeting.txt', 'hello.sh', 'web'],
      'ID',
      '/k/.git/refs/tags/v1',
      '[remote "origin"]',
      `\turl = ${GREETER}`,
      '\tfetch = +refs/heads/*:refs/remotes/origin/*',
      '',
    ]);
  });

  test('says what is wrong', async () => {
    const last = async (line: string) => (await build('-', `FROM busybox\n${line}\n`)).at(-1);
    expect(await last(`ADD --checksum=dead ${GREETER}#v1 /x`)).toBe(
      'ERROR: failed to build: failed to solve: failed to load cache key: expected checksum to match dead, got ID',
    );
    expect(await last(`ADD --checksum=zzz ${GREETER} /x`)).toBe(
      'ERROR: failed to build: failed to solve: failed to load cache key: invalid checksum zzz for Git URL, expected hex commit hash',
    );
    expect(await last(`COPY ${GREETER} /x`)).toBe(
      "ERROR: failed to build: failed to solve: source can't be a git ref for COPY",
    );
    expect(await last('ADD git@github.com:a/b.git /x')).toBe(
      'ERROR: failed to build: failed to solve: unset ssh forward key default',
    );
    const unknown = await build('-', `FROM busybox\nADD ${GREETER}#${'1'.repeat(40)} /x\n`);
    expect(unknown.slice(-3)).toEqual([
      `ERROR: failed to build: failed to solve: failed to checkout remote ${GREETER}: git stderr:`,
      'fatal: reference is not a tree: ID',
      ': exit status 128',
    ]);
  });
});

describe('docker build URL without BuildKit', () => {
  test('the daemon clones where it is told of a repository', async () => {
    const post = async (fragment: string) => {
      const remote = encodeURIComponent(`${GREETER}${fragment}`);
      const url = `http://d/v1.51/build?version=1&remote=${remote}`;
      return (await run(`curl -s --unix-socket /var/run/docker.sock -X POST '${url}'`)).text;
    };
    expect(await post('#main:web')).toContain('{"stream":"Step 2/4 : COPY index.html /www/"}');
    expect(JSON.parse(await post(''))).toEqual({
      message: "error fetching: fatal: couldn't find remote ref master\n: exit status 128",
    });
    expect(JSON.parse(await post('#v1:web')).message).toMatch(
      /^stat \/var\/lib\/docker\/tmp\/docker-build-git\d+\/web: no such file or directory$/,
    );
  });

  const classic = async (args: string) =>
    (await run(`DOCKER_BUILDKIT=0 docker build ${args} 2>&1`)).text.split('\n\n').at(-1)!;

  test('the client clones, and sends what it has', async () => {
    const said = await classic(`-t classic '${GREETER}#main:web'`);
    expect(said).toMatch(
      /^Sending build context to Docker daemon {2}3\.072kB\r+\nStep 1\/4 : FROM busybox\n/,
    );
    expect(said).toMatch(/Successfully tagged classic:latest\n$/);
    expect((await run('ls /tmp | grep docker-build')).text).toBe('');
  });

  test.each([
    [GREETER, "error fetching: fatal: couldn't find remote ref master\n: exit status 128"],
    [`${GREETER}#nope`, "error fetching: fatal: couldn't find remote ref nope\n: exit status 128"],
    [
      'https://nowhere.invalid/x.git',
      "error fetching: fatal: unable to access 'https://nowhere.invalid/x.git/': Could not resolve host: nowhere.invalid\n: exit status 128",
    ],
  ])('%s', async (url, why) => {
    expect(await classic(`'${url}'`)).toBe(
      `unable to prepare context: unable to 'git clone' to temporary context directory: ${why}\n`,
    );
  });
});
