import { type Instruction, image } from '../dockerfile.ts';
import { aptInstall } from '../install.ts';
import type { Recipe } from '../recipe.ts';
import { program, type Tree } from '../tree.ts';
import { debianBookworm, debianBullseye, debianBuster, debianJessie, debianTrixie } from './debian.ts';

/** Tools that have a file and no program of their own. */
const unsimulated = (...names: string[]): Tree =>
  Object.fromEntries(names.map((name) => [`usr/bin/${name}`, program(name, 900_000)]));

/** What compilers and version control are needed for: three images on top of each other, whose layers most languages share. */
interface BuildpackDeps {
  scm: Recipe;
  whole: Recipe;
}

function buildpackDeps(
  from: Recipe,
  codename: string,
  created: string,
  [curl, scm, whole]: readonly [number, number, number],
): BuildpackDeps {
  const build = (below: Recipe, tag: string, line: Instruction): Recipe =>
    image({
      repository: 'library/buildpack-deps',
      tags: [tag],
      created,
      from: below,
      lines: [line],
      ...(codename === 'jessie' ? { builder: 'classic' } : {}),
    });
  const withCurl = build(
    from,
    `${codename}-curl`,
    aptInstall('ca-certificates curl gnupg netbase tzdata wget', {
      total: curl,
      packages: ['curl', 'wget', 'openssl'],
      files: unsimulated('gpg'),
    }),
  );
  const withScm = build(
    withCurl,
    `${codename}-scm`,
    aptInstall('git mercurial openssh-client subversion procps', {
      total: scm,
      packages: ['git', 'procps'],
      files: unsimulated('hg', 'ssh', 'svn'),
    }),
  );
  return {
    scm: withScm,
    whole: build(
      withScm,
      codename,
      aptInstall(
        'autoconf automake bzip2 default-libmysqlclient-dev dpkg-dev file g++ gcc libc6-dev libssl-dev make patch unzip xz-utils zlib1g-dev',
        {
          total: whole,
          packages: ['file'],
          files: unsimulated('autoconf', 'automake', 'g++', 'gcc', 'make'),
        },
      ),
    ),
  };
}

export const trixieDeps = buildpackDeps(
  debianTrixie,
  'trixie',
  '2026-11-04T00:31:09Z',
  [48_900_000, 188_000_000, 644_000_000],
);

export const bookwormDeps = buildpackDeps(
  debianBookworm,
  'bookworm',
  '2026-11-04T00:35:44Z',
  [48_500_000, 177_000_000, 588_000_000],
);

export const bullseyeDeps = buildpackDeps(
  debianBullseye,
  'bullseye',
  '2026-11-04T00:40:12Z',
  [18_500_000, 152_000_000, 529_000_000],
);

export const busterDeps = buildpackDeps(
  debianBuster,
  'buster',
  '2024-06-13T02:20:01Z',
  [17_500_000, 146_000_000, 510_000_000],
);

export const jessieDeps = buildpackDeps(
  debianJessie,
  'jessie',
  '2021-03-27T01:10:40Z',
  [44_700_000, 123_000_000, 320_000_000],
);

export const buildpackDepsRecipes: readonly Recipe[] = [
  trixieDeps,
  bookwormDeps,
  bullseyeDeps,
  busterDeps,
  jessieDeps,
].map(({ whole }) => whole);
