import { useradd } from '../accounts.ts';
import { AUTHORITY_CERTIFICATE } from '../authority.ts';
import { cmd, copyScript, entrypoint, env, type Instruction, image, run } from '../dockerfile.ts';
import { flavoured } from '../install.ts';
import type { Recipe } from '../recipe.ts';
import { link, program, type Tree, weighing } from '../tree.ts';
import { alpine322 } from './alpine.ts';
import { bookwormDeps, jessieDeps } from './buildpack-deps.ts';
import { debianBookwormSlim } from './debian.ts';

interface Version {
  node: string;
  npm: string;
  /** Names of the version: the tags, and those of the slim and Alpine flavours with a suffix. */
  names: readonly string[];
  created: string;
}

const YARN = '1.22.22';

/** Runs what it is given with node, unless it is a command of its own. */
const ENTRYPOINT = `#!/bin/sh
set -e

is_command() {
  [ -n "$(command -v "$1")" ] && ! { [ -f "$1" ] && ! [ -x "$1" ]; }
}

case "$1" in
  -*) set -- node "$@" ;;
  *) is_command "$1" || set -- node "$@" ;;
esac
exec "$@"
`;

const files = ({ node, npm }: Pick<Version, 'node' | 'npm'>): Tree => ({
  'usr/local/bin/node': program(`node/node@${node}`, 121_600_000),
  'usr/local/bin/nodejs': link('/usr/local/bin/node'),
  // Whom Node trusts, which the real one has compiled in.
  'usr/local/lib/node_modules/npm/node_modules/@npm/roots.pem': AUTHORITY_CERTIFICATE,
  'usr/local/bin/npm': program(`node/npm@${npm}`, 2_018),
  'usr/local/bin/npx': program(`languages/npx@${npm}`, 3_003),
});

/** What every flavour adds: a user, node, yarn and the entry point. */
function lines(version: Version, total: number, user: Instruction): Instruction[] {
  return [
    user,
    env('NODE_VERSION', version.node),
    run(
      'ARCH= && dpkgArch="$(dpkg --print-architecture)"   && set -ex   && curl -fsSLO --compressed "https://nodejs.org/dist/v$NODE_VERSION/node-v$NODE_VERSION-linux-$ARCH.tar.xz"   && tar -xJf "node-v$NODE_VERSION-linux-$ARCH.tar.xz" -C /usr/local --strip-components=1 --no-same-owner   && ln -s /usr/local/bin/node /usr/local/bin/nodejs   && node --version   && npm --version',
      () => weighing(total, 'usr/local/include/node/node.data', files(version)),
    ),
    env('YARN_VERSION', YARN),
    run(
      'set -ex   && curl -fsSLO --compressed "https://yarnpkg.com/downloads/$YARN_VERSION/yarn-v$YARN_VERSION.tar.gz"   && mkdir -p /opt   && tar -xzf yarn-v$YARN_VERSION.tar.gz -C /opt/   && ln -s /opt/yarn-v$YARN_VERSION/bin/yarn /usr/local/bin/yarn   && yarn --version',
      () =>
        weighing(5_340_000, `opt/yarn-v${YARN}/lib/cli.js`, {
          [`opt/yarn-v${YARN}/bin/yarn`]: program(`languages/yarn@${YARN}`, 1_025),
          'usr/local/bin/yarn': link(`/opt/yarn-v${YARN}/bin/yarn`),
        }),
    ),
    copyScript('docker-entrypoint.sh', '/usr/local/bin/', ENTRYPOINT),
    entrypoint('docker-entrypoint.sh'),
    cmd('node'),
  ];
}

const ACCOUNT = { name: 'node', uid: 1000, home: '/home/node', shell: '/bin/bash' };

const DEBIAN_USER = run(
  'groupadd --gid 1000 node   && useradd --uid 1000 --gid node --shell /bin/bash --create-home node',
  ({ below }) => useradd(below, ACCOUNT),
);

const ALPINE_USER = run(
  'addgroup -g 1000 node     && adduser -u 1000 -G node -s /bin/sh -D node',
  ({ below }) => useradd(below, { ...ACCOUNT, shell: '/bin/sh', listed: true }),
);

function node(version: Version): Recipe[] {
  const common = { repository: 'library/node', created: version.created };
  return [
    image({
      ...common,
      tags: [...version.names, ...flavoured(version.names, 'bookworm')],
      from: bookwormDeps.whole,
      lines: lines(version, 190_000_000, DEBIAN_USER),
    }),
    image({
      ...common,
      tags: [...flavoured(version.names, 'slim'), ...flavoured(version.names, 'bookworm-slim')],
      from: debianBookwormSlim,
      lines: lines(version, 158_000_000, DEBIAN_USER),
    }),
    image({
      ...common,
      tags: [...flavoured(version.names, 'alpine'), ...flavoured(version.names, 'alpine3.22')],
      from: alpine322,
      lines: lines(version, 148_000_000, ALPINE_USER),
    }),
  ];
}

/** As it was in 2017: no entry point, npm's log level in the environment, and a Debian that is no longer kept. */
const node84: Recipe = image({
  repository: 'library/node',
  tags: ['8.4', '8.4.0'],
  created: '2017-08-22T22:20:24Z',
  from: { ...jessieDeps.whole, created: '2017-07-24T16:53:09Z' },
  format: 'docker',
  builder: 'classic',
  dockerVersion: '17.03.1-ce',
  lines: [
    run(
      'groupadd --gid 1000 node   && useradd --uid 1000 --gid node --shell /bin/bash --create-home node',
      ({ below }) => useradd(below, ACCOUNT),
    ),
    run(
      'set -ex   && for key in   94AE36675C464D64BAFA68DD7434390BDBE9B9C5   ; do     gpg --keyserver pgp.mit.edu --recv-keys "$key" ;   done',
      {
        'root/.gnupg/pubring.gpg': { bulk: 125_000, mode: 0o600 },
      },
    ),
    env('NPM_CONFIG_LOGLEVEL', 'info'),
    env('NODE_VERSION', '8.4.0'),
    run(
      'curl -SLO "https://nodejs.org/dist/v$NODE_VERSION/node-v$NODE_VERSION-linux-x64.tar.xz"   && tar -xJf "node-v$NODE_VERSION-linux-x64.tar.xz" -C /usr/local --strip-components=1   && ln -s /usr/local/bin/node /usr/local/bin/nodejs',
      () =>
        weighing(56_000_000, 'usr/local/include/node/node.data', {
          ...files({ node: '8.4.0', npm: '5.3.0' }),
          'usr/local/bin/node': program('node/node@8.4.0', 34_500_000),
        }),
    ),
    env('YARN_VERSION', '0.27.5'),
    run(
      'set -ex   && curl -fSLO --compressed "https://yarnpkg.com/downloads/$YARN_VERSION/yarn-v$YARN_VERSION.tar.gz"   && mkdir -p /opt/yarn   && tar -xzf yarn-v$YARN_VERSION.tar.gz -C /opt/yarn --strip-components=1   && ln -s /opt/yarn/bin/yarn /usr/local/bin/yarn',
      () =>
        weighing(3_700_000, 'opt/yarn/lib/cli.js', {
          'opt/yarn/bin/yarn': program('languages/yarn@0.27.5', 1_018),
          'usr/local/bin/yarn': link('/opt/yarn/bin/yarn'),
        }),
    ),
    cmd('node'),
  ],
});

export const nodeRecipes: readonly Recipe[] = [
  ...node({
    names: ['latest', '25', '25.2', '25.2.0', 'current'],
    node: '25.2.0',
    npm: '11.6.2',
    created: '2026-11-13T22:03:51Z',
  }),
  ...node({
    names: ['24', '24.11', '24.11.1', 'lts', 'krypton'],
    node: '24.11.1',
    npm: '11.6.2',
    created: '2026-11-13T22:10:16Z',
  }),
  ...node({
    names: ['22', '22.21', '22.21.1', 'jod'],
    node: '22.21.1',
    npm: '10.9.4',
    created: '2026-11-13T22:15:30Z',
  }),
  ...node({
    names: ['20', '20.19', '20.19.5', 'iron'],
    node: '20.19.5',
    npm: '10.8.2',
    created: '2026-11-13T22:21:08Z',
  }),
  node84,
];
