import { parseRfc3339 } from '../../base/calendar.ts';
import { debianBase, type Release } from '../debian/base.ts';
import { bookworm, bullseye, buster, jessie, trixie } from '../debian/releases.ts';
import type { Recipe } from '../recipe.ts';
import { type Tree, weighing } from '../tree.ts';

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

interface Build {
  tags: readonly string[];
  created: string;
  total: number;
}

/** As debuerreotype makes it: one layer, whose line in the history is the command. */
function debian(release: Release, { tags, created, total }: Build): Recipe {
  const seconds = (parseRfc3339(created) ?? 0) / 1000;
  return {
    repository: 'library/debian',
    tags,
    created,
    steps: [
      {
        createdBy: `# debian.sh --arch 'amd64' out/ '${release.codename}' '@${seconds}'`,
        comment: 'debuerreotype 0.16',
        files: ({ architecture }) =>
          weighing(total, 'usr/share/zoneinfo/tzdata.zi', {
            ...debianBase(release, architecture),
            ...sources(release),
          }),
      },
    ],
    config: { Env: [PATH], Cmd: ['bash'] },
  };
}

function sources({ codename, unmerged }: Release): Tree {
  const site = 'http://deb.debian.org/debian';
  if (unmerged || codename === 'buster' || codename === 'bullseye')
    return { 'etc/apt/sources.list': `deb ${site} ${codename} main\ndeb ${site} ${codename}-updates main\n` };
  return {
    'etc/apt/sources.list.d/debian.sources': `Types: deb\nURIs: ${site}\nSuites: ${codename} ${codename}-updates\nComponents: main\n`,
  };
}

export const debianTrixie = debian(trixie, {
  tags: ['latest', '13', '13.2', 'trixie', 'trixie-20261103'],
  created: '2026-11-03T00:00:00Z',
  total: 120_400_000,
});

export const debianTrixieSlim = debian(trixie, {
  tags: ['13-slim', '13.2-slim', 'trixie-slim', 'trixie-20261103-slim'],
  created: '2026-11-03T00:00:00Z',
  total: 78_600_000,
});

export const debianBookworm = debian(bookworm, {
  tags: ['12', '12.12', 'bookworm', 'bookworm-20261103'],
  created: '2026-11-03T00:00:00Z',
  total: 116_600_000,
});

export const debianBookwormSlim = debian(bookworm, {
  tags: ['12-slim', '12.12-slim', 'bookworm-slim', 'bookworm-20261103-slim'],
  created: '2026-11-03T00:00:00Z',
  total: 74_800_000,
});

/** Of half a year before, on which older images were built. Without a tag now: bookworm-slim has moved on. */
export const debianBookwormSlimOfApril = debian(bookworm, {
  tags: ['bookworm-20260428-slim'],
  created: '2026-04-28T00:00:00Z',
  total: 74_800_000,
});

export const debianBullseye = debian(bullseye, {
  tags: ['11', '11.11', 'bullseye', 'bullseye-20261103'],
  created: '2026-11-03T00:00:00Z',
  total: 124_300_000,
});

export const debianBullseyeSlim = debian(bullseye, {
  tags: ['11-slim', '11.11-slim', 'bullseye-slim', 'bullseye-20261103-slim'],
  created: '2026-11-03T00:00:00Z',
  total: 80_700_000,
});

export const debianBuster = debian(buster, {
  tags: ['10', '10.13', 'buster', 'buster-20240612'],
  created: '2024-06-12T00:00:00Z',
  total: 114_200_000,
});

export const debianBusterSlim = debian(buster, {
  tags: ['10-slim', '10.13-slim', 'buster-slim', 'buster-20240612-slim'],
  created: '2024-06-12T00:00:00Z',
  total: 69_300_000,
});

export const debianJessie = debian(jessie, {
  tags: ['8', '8.11', 'jessie', 'jessie-20210326'],
  created: '2021-03-26T00:00:00Z',
  total: 129_400_000,
});

export const debianRecipes: readonly Recipe[] = [
  debianTrixie,
  debianTrixieSlim,
  debianBookworm,
  debianBookwormSlim,
  debianBookwormSlimOfApril,
  debianBullseye,
  debianBullseyeSlim,
  debianBuster,
  debianBusterSlim,
  debianJessie,
];
