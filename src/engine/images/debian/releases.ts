import type { Release } from './base.ts';

/** os-release(5): the fields that have a value, in the order in which the distribution writes them. */
const fields = (lines: readonly (string | false)[]): string =>
  lines
    .filter((line) => line !== false)
    .map((line) => `${line}\n`)
    .join('');

function debian(version: number, codename: string, point: string): Release {
  const site = `http${version < 9 ? '' : 's'}://www.debian.org`;
  return {
    id: 'debian',
    codename,
    debianVersion: point,
    issue: `Debian GNU/Linux ${version}`,
    osRelease: fields([
      `PRETTY_NAME="Debian GNU/Linux ${version} (${codename})"`,
      'NAME="Debian GNU/Linux"',
      `VERSION_ID="${version}"`,
      `VERSION="${version} (${codename})"`,
      version >= 9 && `VERSION_CODENAME=${codename}`,
      version >= 12 && `DEBIAN_VERSION_FULL=${point}`,
      'ID=debian',
      `HOME_URL="${site}/"`,
      `SUPPORT_URL="${site}/support"`,
      'BUG_REPORT_URL="https://bugs.debian.org/"',
    ]),
    unmerged: version < 10,
  };
}

export const jessie = debian(8, 'jessie', '8.11');
export const buster = debian(10, 'buster', '10.13');
export const bullseye = debian(11, 'bullseye', '11.11');
export const bookworm = debian(12, 'bookworm', '12.12');
export const trixie = debian(13, 'trixie', '13.2');

interface Ubuntu {
  version: string;
  /** With the point release. */
  full: string;
  name: string;
  codename: string;
  debianVersion: string;
}

function ubuntu({ version, full, name, codename, debianVersion }: Ubuntu): Release {
  const year = Number(version.slice(0, 2));
  const secure = `http${year < 18 ? '' : 's'}`;
  const title = `Ubuntu ${full}`;
  const pretty = [`PRETTY_NAME="${title}"`];
  const release = [`VERSION_ID="${version}"`];
  const named = ['NAME="Ubuntu"'];
  const identity = ['ID=ubuntu', 'ID_LIKE=debian'];
  const dated = [`VERSION="${full}${year === 14 ? `, ${name}` : ` (${name})`}"`];
  const code = year >= 16 && `VERSION_CODENAME=${codename}`;
  return {
    id: 'ubuntu',
    codename,
    debianVersion,
    issue: title,
    osRelease: fields([
      ...(year < 22
        ? [...named, ...dated, ...identity, ...pretty, ...release]
        : [...pretty, ...named, ...release, ...dated, code, ...identity]),
      `HOME_URL="${secure}://www.ubuntu.com/"`,
      `SUPPORT_URL="${secure}://help.ubuntu.com/"`,
      `BUG_REPORT_URL="${secure}://bugs.launchpad.net/ubuntu/"`,
      year >= 18 && 'PRIVACY_POLICY_URL="https://www.ubuntu.com/legal/terms-and-policies/privacy-policy"',
      year < 22 && code,
      year >= 16 && `UBUNTU_CODENAME=${codename}`,
      year >= 22 && 'LOGO=ubuntu-logo',
    ]),
    unmerged: year < 20,
  };
}

export const trusty = ubuntu({
  version: '14.04',
  full: '14.04.6 LTS',
  name: 'Trusty Tahr',
  codename: 'trusty',
  debianVersion: 'jessie/sid',
});

export const wily = ubuntu({
  version: '15.10',
  full: '15.10',
  name: 'Wily Werewolf',
  codename: 'wily',
  debianVersion: 'jessie/sid',
});

export const xenial = ubuntu({
  version: '16.04',
  full: '16.04.7 LTS',
  name: 'Xenial Xerus',
  codename: 'xenial',
  debianVersion: 'stretch/sid',
});

export const bionic = ubuntu({
  version: '18.04',
  full: '18.04.6 LTS',
  name: 'Bionic Beaver',
  codename: 'bionic',
  debianVersion: 'buster/sid',
});

export const focal = ubuntu({
  version: '20.04',
  full: '20.04.6 LTS',
  name: 'Focal Fossa',
  codename: 'focal',
  debianVersion: 'bullseye/sid',
});

export const jammy = ubuntu({
  version: '22.04',
  full: '22.04.5 LTS',
  name: 'Jammy Jellyfish',
  codename: 'jammy',
  debianVersion: 'bookworm/sid',
});

export const noble: Release = {
  ...ubuntu({
    version: '24.04',
    full: '24.04.3 LTS',
    name: 'Noble Numbat',
    codename: 'noble',
    debianVersion: 'trixie/sid',
  }),
  passwd: 'ubuntu:x:1000:1000:Ubuntu:/home/ubuntu:/bin/bash\n',
  group: 'ubuntu:x:1000:\n',
};
