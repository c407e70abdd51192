import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encode } from '../../src/engine/base/bytes.ts';
import { entry } from '../../src/engine/oci/layer/entry.ts';
import { writeTar } from '../../src/engine/oci/layer/tar-writer.ts';
import { saveFile } from '../../src/lab/file-changes.ts';
import { zipOf } from '../../src/lab/project-archive.ts';
import { ScriptRunner } from '../../src/lab/script.ts';
import { openWorld } from '../../src/node/node-host.ts';
import { file } from './archive-of.ts';
import { type Docker, realEngine } from './engine.ts';

/**
 * A project is written in the editor, taken away as a zip archive, unpacked, and built by a real Docker Engine as it is. What comes of
 * it must be what our engine makes of it: the same files, the same configuration, the same history.
 */
const BUSYBOX = '/bin/busybox';
const engine = realEngine();
const why =
  typeof engine === 'string'
    ? engine
    : spawnSync('unzip', ['-v']).status !== 0
      ? 'unzip is not installed'
      : spawnSync(BUSYBOX, ['--list']).status !== 0
        ? 'there is no static BusyBox'
        : '';
if (why) console.warn(`no project is built with a real engine: ${why}`);

/** A name that no other image of the engine has; our BusyBox and theirs go by it. */
const NAME = `drydock-project-${process.pid}`;
const BASE = `${NAME}-base:1`;
const HOME = '/home/learner/web';

const FILES: Record<string, string> = {
  Dockerfile: `# check=error=true
ARG BASE=${BASE}
FROM \${BASE} AS build
WORKDIR /src
COPY . .
RUN ./make.sh > listing.txt

FROM \${BASE}
LABEL org.opencontainers.image.authors="learner" note="两个 words"
ENV GREETING="hi there" PORT=8080
WORKDIR /srv/web
COPY --from=build /src/listing.txt ./
COPY --chown=1000:1000 pages pages/
COPY run.sh ./
RUN <<END
mkdir -m 750 logs
echo "$GREETING" > logs/first
END
EXPOSE 8080/tcp
USER 1000
CMD ["./run.sh", "--port", "8080"]
`,
  '.dockerignore': 'node_modules\n**/*.log\n!keep.log\n',
  'make.sh': '#!/bin/sh\nfind . -not -name listing.txt | sort\ncat windows.txt | wc -c\n',
  'run.sh': '#!/bin/sh\necho "$GREETING" "$@"\n',
  'windows.txt': 'one\r\ntwo\r\n',
  'pages/首页.html': '<h1>你好</h1>\n',
  'node_modules/left-pad/index.js': 'left out\n',
  'trace.log': 'left out\n',
  'keep.log': 'kept\n',
};

/** What is made beside the editor: modes, a link, an empty directory. */
const BY_HAND = [
  'chmod 755 make.sh run.sh',
  'chmod 600 pages/首页.html',
  'ln -s 首页.html pages/index.html',
  'mkdir -m 700 pages/empty',
];

const TREE =
  'find /srv -exec stat -c "%n %a %u:%g %F %s" {} + | sort; cat /srv/web/listing.txt /srv/web/logs/first';
const CONFIG =
  '{{json .Config.Cmd}} {{json .Config.Env}} {{json .Config.Labels}} {{json .Config.ExposedPorts}} {{.Config.User}} {{.Config.WorkingDir}}';

describe.skipIf(why !== '')(`a project that is taken away${why && ` (skipped: ${why})`}`, () => {
  const scratch = mkdtempSync(join(tmpdir(), 'drydock-project-'));
  let real: Docker;
  let ours: Awaited<ReturnType<typeof openWorld>>;
  let run: (cmd: string) => Promise<string>;

  beforeAll(async () => {
    if (typeof engine === 'string') return;
    real = engine.docker;
    ours = await openWorld('learner');
    const scripts = new ScriptRunner(ours);
    await scripts.prepare(['busybox:1.36']);
    run = async (cmd) => {
      const { exit, stdout, stderr } = await scripts.run({ cmd });
      if (exit !== 0) throw new Error(`${cmd}: ${exit}: ${stderr}`);
      return stdout;
    };
    await run(`mkdir -p ${folders().join(' ')}`);
    for (const [name, text] of Object.entries(FILES)) saveFile(ours, `${HOME}/${name}`, encode(text));
    await run(`cd ${HOME} && ${BY_HAND.join(' && ')}`);
    await run(`docker tag busybox:1.36 ${BASE}`);
    writeFileSync(join(scratch, 'web.zip'), zipOf(ours, HOME));
    execFileSync('unzip', ['-q', 'web.zip'], { cwd: scratch });
    importBase(real, JSON.parse(await run(`docker inspect -f '{{json .Config.Env}}' ${BASE}`)));
  });
  afterAll(() => {
    real?.(['rmi', '-f', NAME, BASE]);
    rmSync(scratch, { recursive: true });
  });

  test('builds with a real engine unchanged, to what ours makes of it', async () => {
    const built = real(['build', '--network=none', '-t', NAME, join(scratch, 'web')]);
    expect(built.stderr).toContain('naming to');
    expect(built.status).toBe(0);
    await run(`docker build -q -t ${NAME} ${HOME}`);

    const theirs = (args: string[]) => {
      const { status, stdout, stderr } = real(args);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      return stdout.toString();
    };
    const tree = await run(`docker run --rm --user 0 ${NAME} sh -c '${TREE}'`);
    expect(tree).toContain('/srv/web/pages/首页.html 600 1000:1000 regular file');
    expect(tree).toContain('./keep.log\n');
    expect(tree).not.toMatch(/left-pad|trace/);
    expect(tree).toBe(theirs(['run', '--rm', '--network=none', '--user', '0', NAME, 'sh', '-c', TREE]));
    expect(await run(`docker run --rm ${NAME}`)).toBe(theirs(['run', '--rm', '--network=none', NAME]));
    expect(await run(`docker inspect -f '${CONFIG}' ${NAME}`)).toBe(theirs(['inspect', '-f', CONFIG, NAME]));
    const history = ['history', '--no-trunc', '--format', '{{.CreatedBy}} {{.Comment}}', NAME];
    // Below it is BusyBox, which is another one.
    const own = (lines: string) => lines.split('\n').filter((line) => line.includes('buildkit'));
    expect(
      own(await run(`docker history --no-trunc --format '{{.CreatedBy}} {{.Comment}}' ${NAME}`)),
    ).toEqual(own(theirs(history)));
  });
});

const folders = () => [
  ...new Set(Object.keys(FILES).map((name) => `${HOME}/${name}`.replace(/\/[^/]*$/, ''))),
];

/** Makes this machine's BusyBox an image of the engine, under the base's name. */
function importBase(real: Docker, env: readonly string[]): void {
  const applets = execFileSync(BUSYBOX, ['--list']).toString().trim().split('\n');
  const links = applets
    .filter((name) => name !== 'busybox')
    .map((name) => entry(`bin/${name}`, 'symlink', { linkname: 'busybox' }));
  const program = file('bin/busybox', readFileSync(BUSYBOX), { mode: 0o755 });
  const root = writeTar([
    entry('bin', 'directory'),
    program,
    ...links,
    entry('tmp', 'directory', { mode: 0o1777 }),
  ]);
  const changes = ['CMD ["sh"]', ...env.map((one) => `ENV ${one}`)].flatMap((change) => ['-c', change]);
  expect(real(['import', ...changes, '-', BASE], root).stderr).toBe('');
}
