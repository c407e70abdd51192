import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from './errors.ts';

const HUB = 'src/engine/images/hub';

/**
 * `drydock new image NAME`: a recipe that builds and runs as it is, entered in the catalogue and in the search.
 * @param root the directory of the project
 * @returns the files that were written, as paths below it
 */
export function newImage(root: string, name: string): string[] {
  if (!/^[a-z0-9]+(?:[._-][a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-][a-z0-9]+)*)?$/.test(name))
    throw new UserError(`${name}: expected the name of a repository on Docker Hub: nginx, or owner/name`);
  const short = name.replace(/^.*\//, '').replace(/[._]/g, '-');
  const file = `${HUB}/${short}.ts`;
  if (existsSync(join(root, file))) throw new UserError(`${file} is there already`);
  const recipes = `${short.replace(/^(?=\d)/, 'image-').replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())}Recipes`;
  const repository = name.includes('/') ? name : `library/${name}`;
  const edited: [string, (text: string) => string][] = [
    [
      `${HUB}/recipes.ts`,
      (text) => withImport(text, recipes, `./${short}.ts`).replace(/\];\n$/, `  ...${recipes},\n];\n`),
    ],
    [
      'src/engine/images/search.ts',
      (text) =>
        text.replace(
          /\n\];/,
          `\n  { name: '${name}', description: 'Says hello.', stars: 0, official: ${!name.includes('/')} },\n];`,
        ),
    ],
  ];
  const written = edited.map(([path, edit]) => {
    const before = readFileSync(join(root, path), 'utf8');
    return [path, edit(before)] as const;
  });
  for (const [path, text] of [[file, recipe(recipes, repository, short)] as const, ...written])
    writeFileSync(join(root, path), text);
  return [file, ...written.map(([path]) => path)];
}

/** Imports stand in the order of their files. */
function withImport(text: string, name: string, from: string): string {
  const lines = text.split('\n');
  const after = lines.findIndex((line) => {
    const path = /^import .* from '(\.\/.*)';$/.exec(line)?.[1];
    return line === '' || (path !== undefined && path > from);
  });
  return lines.toSpliced(after, 0, `import { ${name} } from '${from}';`).join('\n');
}

const recipe = (
  recipes: string,
  repository: string,
  short: string,
) => `import { cmd, copyScript, env, image } from '../dockerfile.ts';
import { apkAdd } from '../install.ts';
import type { Recipe } from '../recipe.ts';
import { alpine322 } from './alpine.ts';

/**
 * What the image runs. A script needs nothing else; a program of ours is a part of src/engine/userland that late/images.ts names, and
 * a file \`program('PART/NAME@VERSION', size)\` in a layer.
 */
const HELLO = \`#!/bin/sh
echo "hello from ${short}"
\`;

export const ${recipes}: readonly Recipe[] = [
  image({
    repository: '${repository}',
    tags: ['latest', '1', '1.0'],
    created: '2026-11-02T10:00:00Z',
    from: alpine322,
    // A line for each instruction of its Dockerfile; those with files are layers. Sizes are what \`docker history\` shows.
    lines: [
      env('${short.toUpperCase().replaceAll('-', '_')}_VERSION', '1.0'),
      apkAdd('ca-certificates', { total: 720_000 }),
      copyScript('hello', '/usr/local/bin/', HELLO),
      cmd('hello'),
    ],
  }),
];
`;
