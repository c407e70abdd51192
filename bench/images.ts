import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { sha256 } from '@noble/hashes/sha2.js';
import { gzipSync } from 'fflate';
import { Catalogue } from '../src/engine/images/build.ts';
import { hubRecipes } from '../src/engine/images/hub/recipes.ts';
import { lendSha256 } from '../src/engine/oci/digest.ts';
import { packLayer, readLayer } from '../src/engine/oci/layer/layer.ts';
import { writeTar } from '../src/engine/oci/layer/tar-writer.ts';
import { ScriptRunner } from '../src/lab/script.ts';
import { nativeSha256 } from '../src/node/native-sha256.ts';
import { openWorld } from '../src/node/node-host.ts';
import { cpu, type Figure, middle, ms } from './figure.ts';

/** The figures of images: packing a layer, pulling twenty of them, and what the Hub's documents weigh. */
export async function imageFigures(): Promise<Figure[]> {
  return [packing(), await pulling(), documents()];
}

/** Packing and hashing a layer, against gzip and SHA-256 alone, by the same libraries with the same settings, on the same bytes. */
function packing(): Figure {
  const { index, blobs } = new Catalogue(hubRecipes).repository('library/debian');
  const largest = [...blobs.values()]
    .filter((blob) => blob[0] === 0x1f)
    .toSorted((a, b) => b.length - a.length)[0]!;
  if (Object.keys(index.repositories).length === 0) throw new Error('no repository');
  const { entries } = readLayer(largest);
  const archive = writeTar(entries);
  const raw = () => {
    const blob = gzipSync(archive, { mtime: 0, level: 6, mem: 4 });
    nativeSha256(archive);
    nativeSha256(blob);
  };
  const all: [number[], number[]] = [[], []];
  for (let turn = 0; turn < 12; turn++)
    for (const [which, act] of [raw, () => packLayer(entries)].entries()) {
      const begun = cpu();
      for (let i = 0; i < 5; i++) act();
      // The first turns compile.
      if (turn > 2) all[which]!.push((cpu() - begun) / 5);
    }
  const [bare, packed] = [middle(all[0]), middle(all[1])];
  return {
    name: 'packing and hashing a layer against gzip and SHA-256',
    found: `${ms(packed)} / ${ms(bare)} of CPU for ${(archive.length / 1024).toFixed(0)} KiB = ${(packed / bare).toFixed(2)}`,
    wanted: '<= 2',
    met: packed <= 2 * bare,
  };
}

const IMAGES = [
  ...['alpine:3.22', 'alpine:3.21', 'busybox:1.37', 'busybox:1.36', 'debian:12', 'debian:13', 'ubuntu:24.04'],
  ...[
    'ubuntu:22.04',
    'nginx:1.29',
    'nginx:1.27',
    'nginx:alpine',
    'redis:8',
    'redis:7',
    'memcached:1',
    'mysql:8.4',
  ],
  ...['mariadb:11', 'node:22', 'python:3.13', 'golang:1.25', 'php:8.4'],
];

/**
 * Twenty images are pulled and listed: by the daemon from the simulated Hub, whose blobs have been made before. Node lends its own
 * SHA-256; what a browser has, which lends none, is told beside it.
 */
async function pulling(): Promise<Figure> {
  // The first pull makes what the others fetch.
  await pullAll();
  const costs = { lent: [] as number[], own: [] as number[] };
  for (let round = 0; round < 6; round++) {
    lendSha256(nativeSha256);
    costs.lent.push(await pullAll());
    lendSha256(sha256);
    costs.own.push(await pullAll());
  }
  const [lent, own] = [Math.min(...costs.lent), Math.min(...costs.own)];
  lendSha256(nativeSha256);
  return {
    name: 'pulling 20 images and listing them',
    found: `${ms(lent)} of CPU, ${ms(own)} with a SHA-256 in JavaScript`,
    wanted: '< 100 ms',
    met: lent < 100,
  };
}

/** Gives what it costs, ms. */
async function pullAll(): Promise<number> {
  const machine = new ScriptRunner(openWorld('learner'));
  await machine.prepare([]);
  await machine.run({ cmd: 'docker info > /dev/null' });
  const begun = cpu();
  const { exit, stdout, stderr } = await machine.run({
    cmd: `for image in ${IMAGES.join(' ')}; do docker pull -q $image > /dev/null || exit; done; docker images -q | wc -l`,
  });
  if (exit !== 0 || stdout.trim() !== String(IMAGES.length)) throw new Error(stderr || stdout);
  return cpu() - begun;
}

/** What the documents of all the Hub's images take in memory: indexes, manifests, configurations, tables of contents. */
function documents(): Figure {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const inUse = () => {
    for (let i = 0; i < 3; i++) gc();
    return process.memoryUsage().heapUsed;
  };
  const catalogue = new Catalogue(hubRecipes);
  const texts = catalogue.names.flatMap((name) => {
    const { index, blobs } = catalogue.repository(name);
    const json = [...blobs.values()].filter((blob) => blob[0] === 0x7b);
    return [JSON.stringify(index), ...json.map((blob) => new TextDecoder().decode(blob))];
  });
  const before = inUse();
  const parsed = texts.map((text) => JSON.parse(text) as unknown);
  const megabytes = (inUse() - before) / 1e6;
  return {
    name: 'metadata of the whole catalogue in memory',
    found: `${megabytes.toFixed(1)} MB, of ${parsed.length} documents with ${(texts.reduce((sum, { length }) => sum + length, 0) / 1e6).toFixed(1)} MB of text`,
    wanted: '< 20 MB',
    met: megabytes < 20,
  };
}
