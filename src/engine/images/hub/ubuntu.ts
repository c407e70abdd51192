import { debianBase, type Release } from '../debian/base.ts';
import type { Package } from '../debian/programs.ts';
import { bionic, focal, jammy, noble, trusty, wily, xenial } from '../debian/releases.ts';
import { add, arg, cmd, type Instruction, image, label, run } from '../dockerfile.ts';
import type { Recipe } from '../recipe.ts';
import { bulk, directory, script, type Tree, weighing } from '../tree.ts';

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

interface Build {
  tags: readonly string[];
  created: string;
  total: number;
  /** What the history shows of the root file system. */
  content?: string;
}

function root(
  release: Release,
  version: string,
  { total, content = `${release.codename}.tar.xz` }: Build,
  more: readonly Package[],
  rest: Tree = {},
) {
  return add(content, '/', ({ architecture }) =>
    weighing(total, 'usr/share/ubuntu-minimal.data', {
      ...debianBase(release, architecture, more),
      'etc/lsb-release': `DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=${version}\nDISTRIB_CODENAME=${release.codename}\nDISTRIB_DESCRIPTION="${release.issue}"\n`,
      'etc/legal': '\nThis is a simulated Ubuntu system.\n\n',
      ...rest,
    }),
  );
}

/** Since 2022: one layer. bash and the GNU utilities, ps too; no ping, no curl, no editor. */
function ubuntu(release: Release, version: string, build: Build, rest: Tree = {}): Recipe {
  return image({
    repository: 'library/ubuntu',
    tags: build.tags,
    created: build.created,
    builder: 'classic',
    config: { Env: [PATH] },
    lines: [
      arg('RELEASE'),
      arg('LAUNCHPAD_BUILD_ARCH'),
      label('org.opencontainers.image.ref.name', 'ubuntu'),
      label('org.opencontainers.image.version', version),
      root(release, version, build, ['procps'], rest),
      cmd('/bin/bash'),
    ],
  });
}

/** What images of the years before did to the root file system, a layer each. */
const FORMERLY: readonly Instruction[] = [
  run(
    "set -xe   && echo '#!/bin/sh' > /usr/sbin/policy-rc.d  && echo 'exit 101' >> /usr/sbin/policy-rc.d  && chmod +x /usr/sbin/policy-rc.d   && echo 'force-unsafe-io' > /etc/dpkg/dpkg.cfg.d/docker-apt-speedup",
    {
      'usr/sbin/policy-rc.d': script('#!/bin/sh\nexit 101\n'),
      'etc/dpkg/dpkg.cfg.d/docker-apt-speedup': 'force-unsafe-io\n',
    },
  ),
  run("sed -i 's/^#\\s*\\(deb.*universe\\)$/\\1/g' /etc/apt/sources.list", ({ below }) => ({
    'etc/apt/sources.list': String(below['etc/apt/sources.list']).replaceAll('# deb', 'deb'),
  })),
  run("mkdir -p /run/systemd && echo 'docker' > /run/systemd/container", {
    'run/systemd/container': 'docker\n',
  }),
];

const TOOLS: readonly Package[] = ['procps', 'psmisc', 'iproute2', 'iputils-ping', 'vim', 'less'];

function former(release: Release, version: string, build: Build): Recipe {
  const site = 'http://archive.ubuntu.com/ubuntu/';
  // The oldest were made of the server's minimal system, which had tools for its administrator.
  const tools = release.codename === 'trusty' || release.codename === 'wily' ? TOOLS : (['procps'] as const);
  return image({
    repository: 'library/ubuntu',
    tags: build.tags,
    created: build.created,
    builder: 'classic',
    ...(release.codename === 'wily'
      ? { format: 'docker', dockerVersion: '1.9.1' }
      : { dockerVersion: '20.10.7' }),
    config: { Env: [PATH] },
    lines: [
      root(release, version, build, tools, {
        'etc/apt/sources.list': `deb ${site} ${release.codename} main restricted\n# deb ${site} ${release.codename} universe\n`,
        'var/lib/apt/lists/lock': bulk(0),
      }),
      ...FORMERLY,
      cmd('/bin/bash'),
    ],
  });
}

export const ubuntu2404 = ubuntu(
  noble,
  '24.04',
  {
    tags: ['latest', '24.04', 'noble'],
    created: '2026-10-13T17:11:35Z',
    total: 78_118_240,
    content: 'file:7ec9b3cf2a3a7d2ef9b7a3f1a1d6b0f9b6a0f4d4a1de08bbeb6c2dfb1ad3c0e5',
  },
  { 'home/ubuntu': directory(0o750, 1000, 1000) },
);

export const ubuntu2204 = ubuntu(jammy, '22.04', {
  tags: ['22.04', 'jammy'],
  created: '2026-10-13T16:58:02Z',
  total: 77_864_112,
});

export const ubuntu2004 = ubuntu(focal, '20.04', {
  tags: ['20.04', 'focal'],
  created: '2025-04-08T10:43:17Z',
  total: 72_792_336,
});

const ubuntu1804 = ubuntu(bionic, '18.04', {
  tags: ['18.04', 'bionic'],
  created: '2023-05-30T09:32:09Z',
  total: 63_150_080,
});

const ubuntu1604 = former(xenial, '16.04', {
  tags: ['16.04', 'xenial'],
  created: '2021-08-31T01:21:30Z',
  total: 134_820_608,
});

const ubuntu1510 = former(wily, '15.10', {
  tags: ['15.10', 'wily'],
  created: '2016-07-06T20:11:50Z',
  total: 137_186_560,
});

export const ubuntu1404 = former(trusty, '14.04', {
  tags: ['14.04', 'trusty'],
  created: '2021-03-25T22:33:37Z',
  total: 196_502_016,
});

/** Nobody can pull it, because of its format: a few files stand for the rest. */
const ubuntu1004 = image({
  repository: 'library/ubuntu',
  tags: ['10.04', 'lucid'],
  created: '2015-04-29T01:46:10Z',
  builder: 'classic',
  format: 'schema1',
  config: { Env: [PATH] },
  lines: [
    add('lucid.tar.gz', '/', {
      'etc/issue': 'Ubuntu 10.04.4 LTS \\n \\l\n\n',
      'etc/lsb-release':
        'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=10.04\nDISTRIB_CODENAME=lucid\nDISTRIB_DESCRIPTION="Ubuntu 10.04.4 LTS"\n',
    }),
    cmd('/bin/bash'),
  ],
});

export const ubuntuRecipes: readonly Recipe[] = [
  ubuntu2404,
  ubuntu2204,
  ubuntu2004,
  ubuntu1804,
  ubuntu1604,
  ubuntu1510,
  ubuntu1404,
  ubuntu1004,
];
