import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { decode } from '../src/engine/base/bytes.ts';
import { contentOf } from '../src/engine/oci/layer/entry.ts';
import { readTar } from '../src/engine/oci/layer/tar-reader.ts';
import { saveFile } from '../src/lab/file-changes.ts';
import { ScriptRunner } from '../src/lab/script.ts';
import { openWorld } from '../src/node/node-host.ts';

/**
 * Layers as another implementation sees them: umoci applies what we packed, and we apply what umoci packed of the same changes. A
 * tree is made by random commands and then changed by more of them, in a container of ours and in a directory of this machine.
 */
const missing =
  process.getuid?.() !== 0
    ? 'it wants root, for files of other owners'
    : ['umoci', 'skopeo', 'tar'].some((tool) => spawnSync(tool, ['--version']).status !== 0)
      ? 'umoci, skopeo and tar are not there'
      : undefined;
if (missing) console.warn(`layers are not exchanged with umoci: ${missing}`);

const path = fc
  .array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 3 })
  .map((names) => names.join('/'));

const command = fc.oneof(
  path.map((at) => `mkdir -p ${at}`),
  fc.tuple(path, fc.nat(99)).map(([at, n]) => `echo ${n} > ${at}`),
  fc.tuple(path, fc.nat(99)).map(([at, n]) => `echo ${n} >> ${at}`),
  path.map((at) => `rm -rf ${at}`),
  path.map((at) => `rm -rf ${at}; mkdir ${at}; echo new > ${at}/b`),
  fc.tuple(path, path).map(([to, at]) => `ln -s ${to} ${at}`),
  fc.tuple(path, path).map(([to, at]) => `ln ${to} ${at}`),
  fc.tuple(path, path).map(([from, to]) => `[ -d ${from} ] || mv ${from} ${to}`),
  // Nobody writes to it: that would wait for a reader.
  path.map((at) => `mkfifo ${at}/p`),
  fc.tuple(fc.constantFrom('700', '644', '4755', '1777'), path).map(([mode, at]) => `chmod ${mode} ${at}`),
  fc.tuple(fc.nat(3), path).map(([owner, at]) => `chown -h ${owner}:${owner + 10} ${at}`),
);

const script = fc
  .array(command, { minLength: 4, maxLength: 20 })
  .map(
    (commands) => `mkdir -p /t && cd /t\n${commands.map((one) => `(${one}) 2>/dev/null`).join('\n')}\ntrue\n`,
  );

/** A tree by its paths: type, mode, owner, and content or target. Times are for other tests. */
type Listing = Record<string, string>;

/** Entries of an archive below /t. */
function listed(tar: Uint8Array): Listing {
  const all: Listing = {};
  const entries = [...readTar(tar)];
  for (const entry of entries) {
    const name = entry.path.replace(/^\.\//, '').replace(/\/$/, '');
    if (name !== 't' && !name.startsWith('t/')) continue;
    const target = entry.type === 'hardlink' ? entries.find((one) => one.path === entry.linkname) : entry;
    if (target === undefined) throw new Error(`${name}: a link to nothing`);
    const { type, mode, uid, gid, linkname } = target;
    const content = type === 'file' ? decode(contentOf(target)) : type === 'symlink' ? linkname : '';
    all[name] =
      `${type} ${type === 'symlink' ? '' : mode.toString(8)} ${uid}:${gid} ${JSON.stringify(content)}`;
  }
  return all;
}

const scratch = mkdtempSync(join(tmpdir(), 'drydock-umoci-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const sh = (command: string, ...args: string[]) =>
  execFileSync(command, args, { cwd: scratch, stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 28 });

/** What tar makes of a directory of this machine. */
const packed = (directory: string) => listed(sh('tar', '-C', directory, '--numeric-owner', '-cf', '-', '.'));

describe.skipIf(missing)(`layers and umoci${missing ? ` (skipped: ${missing})` : ''}`, () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('a random tree and its changes: %i', async (seed) => {
    const [make, change] = fc.sample(script, { seed, numRuns: 2 }) as [string, string];
    const simulation = openWorld('learner');
    const machine = new ScriptRunner(simulation);
    await machine.prepare([]);
    const run = async (cmd: string) => {
      const { exit, stdout, stderr } = await machine.run({ cmd });
      if (exit !== 0) throw new Error(`${cmd}: ${stderr}`);
      return stdout;
    };
    const fetched = async (cmd: string) =>
      gunzipSync(Buffer.from(await run(`${cmd} | gzip -c | base64 -w0`), 'base64'));
    const exported = async (image: string) => {
      await run(`docker create --name look ${image} true`);
      const tar = await fetched('docker export look');
      await run('docker rm look');
      return listed(tar);
    };
    for (const [name, from, text] of [
      ['one', 'busybox', make],
      ['two', 'gen:one', change],
    ] as const) {
      saveFile(simulation, `/home/learner/${name}.sh`, new TextEncoder().encode(text));
      await run(`docker run --name ${name} -v /home/learner/${name}.sh:/${name}.sh ${from} sh /${name}.sh`);
      await run(`docker commit ${name} gen:${name}`);
    }
    const ours = { one: await exported('gen:one'), two: await exported('gen:two') };
    expect(Object.keys(ours.one).length).toBeGreaterThan(1);

    // What we packed, applied by umoci.
    rmSync(join(scratch, 'work'), { recursive: true, force: true });
    mkdirSync(join(scratch, 'work/saved'), { recursive: true });
    writeFileSync(join(scratch, 'work/saved.tar'), await fetched('docker save gen:one gen:two'));
    for (const name of ['one', 'two']) {
      sh('skopeo', 'copy', '-q', `docker-archive:work/saved.tar:gen:${name}`, `oci:work/layout:${name}`);
      sh('umoci', 'unpack', '--image', `work/layout:${name}`, `work/${name}`);
      expect(packed(`work/${name}/rootfs`), `gen:${name}, applied by umoci`).toEqual(
        ours[name as 'one' | 'two'],
      );
    }

    // The same changes made here, packed by umoci, and applied by us.
    const there = change
      .replace('/t && cd /t', '-p work/one/rootfs/t && cd work/one/rootfs/t')
      .replace('-p -p', '-p');
    writeFileSync(join(scratch, 'work/change.sh'), there);
    sh('sh', 'work/change.sh');
    expect(packed('work/one/rootfs'), 'the changes, made on this machine').toEqual(ours.two);
    sh('umoci', 'repack', '--image', 'work/layout:again', 'work/one');
    sh('skopeo', 'copy', '-q', 'oci:work/layout:again', 'docker-archive:work/again.tar:gen:again');
    sh('gzip', '-9', 'work/again.tar');
    saveFile(simulation, '/home/learner/again.tar.gz', readFileSync(join(scratch, 'work/again.tar.gz')));
    const loaded = await machine.run({ cmd: 'docker load -i again.tar.gz' });
    // umoci hides by name what was in a directory that is a file now; a real engine refuses such a layer in the same words.
    if (loaded.exit !== 0) {
      const [, hidden = ''] =
        /^failed to mknod\('(.*)\/[^/]+', S_IFCHR, 0\): not a directory\n$/.exec(loaded.stderr) ?? [];
      expect(ours.two[hidden], loaded.stderr).toMatch(/^(?!directory)/);
    } else expect(await exported('gen:again'), 'the changes, packed by umoci').toEqual(ours.two);
  });
});
