import { digestOf } from '../../../oci/digest.ts';
import { decodeHex, encodeBase64Url } from './encodings.ts';
import type { Project, Release } from './packages/index.ts';
import { zip } from './zip.ts';

/** A package as it lies on the index. */
export interface Wheel {
  project: Project;
  release: Release;
  filename: string;
  bytes: Uint8Array;
  sha256: string;
  /** PEP 658: what the package says of itself, to be read without it. */
  metadata: string;
}

/** PEP 503: one spelling for all. */
export const normalized = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, '-');

const hexOf = (content: Uint8Array | string): string => digestOf(content).slice('sha256:'.length);

function metadataOf({ name, summary }: Project, { version, python, requires }: Release): string {
  return `${[
    'Metadata-Version: 2.1',
    `Name: ${name}`,
    `Version: ${version}`,
    `Summary: ${summary}`,
    `Requires-Python: ${python.replaceAll(', ', ',')}`,
    ...requires.map((requirement) => `Requires-Dist: ${requirement}`),
  ].join('\n')}\n\nA small package of the same name, written for Drydock's simulated Python.\n`;
}

/** Makes the wheel of a release (PEP 427). */
export function wheelOf(project: Project, release: Release): Wheel {
  const base = `${project.name.toLowerCase().replaceAll('-', '_')}-${release.version}`;
  const info = `${base}.dist-info`;
  const metadata = metadataOf(project, release);
  const newest = project.releases.at(-1)!.version;
  const files = Object.entries(project.files).map(
    ([path, text]) =>
      [path, text.trimStart().replaceAll(`"${newest}"`, `"${release.version}"`)] as [string, string],
  );
  files.push([`${info}/METADATA`, metadata]);
  files.push([
    `${info}/WHEEL`,
    'Wheel-Version: 1.0\nGenerator: drydock\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
  ]);
  const scripts = Object.entries(project.scripts ?? {});
  if (scripts.length > 0)
    files.push([
      `${info}/entry_points.txt`,
      `[console_scripts]\n${scripts.map(([name, target]) => `${name}=${target}\n`).join('')}`,
    ]);
  const recorded = files.map(
    ([path, text]) =>
      `${path},sha256=${encodeBase64Url(decodeHex(hexOf(text)))},${new TextEncoder().encode(text).length}`,
  );
  files.push([`${info}/RECORD`, `${[...recorded, `${info}/RECORD,,`].join('\n')}\n`]);
  const bytes = zip(files);
  const tag = release.python.startsWith('>=2') ? 'py2.py3' : 'py3';
  return { project, release, filename: `${base}-${tag}-none-any.whl`, bytes, sha256: hexOf(bytes), metadata };
}
