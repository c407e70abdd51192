import { AUTHORITY_CERTIFICATE } from '../authority.ts';
import { cmd, env, type Instruction, image, run } from '../dockerfile.ts';
import { apkAdd, aptInstall, flavoured } from '../install.ts';
import type { Recipe } from '../recipe.ts';
import { bulk, link, program, type Tree, weighing } from '../tree.ts';
import { alpine311, alpine322 } from './alpine.ts';
import { busterDeps, trixieDeps } from './buildpack-deps.ts';
import { debianBusterSlim, debianTrixieSlim } from './debian.ts';

interface Version {
  python: string;
  pip: string;
  /** Names of the version without a flavour. */
  names: readonly string[];
  gpg: string;
  sha256: string;
  created: string;
}

const PATH = '/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const minor = (version: string): string => version.split('.').slice(0, 2).join('.');

function interpreter({ python, pip }: Version): Tree {
  const at = `usr/local/lib/python${minor(python)}`;
  return {
    [`usr/local/bin/python${minor(python)}`]: program(`python/python@${python}`, 14_448),
    'usr/local/bin/python3': link(`python${minor(python)}`),
    'usr/local/bin/pip3': program(`python/pip@${pip}-${python}`, 229),
    [`usr/local/bin/pip${minor(python)}`]: program(`python/pip@${pip}-${python}`, 229),
    [`usr/local/lib/libpython${minor(python)}.so.1.0`]: bulk(10_340_000),
    [`${at}/site-packages/README.txt`]: 'Packages that are installed come here.\n',
  };
}

/** The names without the version, for scripts that ask for `python`. */
const NAMES = run(
  'set -eux;  for src in idle3 pip3 pydoc3 python3 python3-config; do   dst="$(echo "$src" | tr -d 3)";   [ -s "/usr/local/bin/$src" ];   [ ! -e "/usr/local/bin/$dst" ];   ln -svT "$src" "/usr/local/bin/$dst";  done',
  { 'usr/local/bin/python': link('python3'), 'usr/local/bin/pip': link('pip3') },
);

function lines(version: Version, libraries: Instruction, total: number): Instruction[] {
  return [
    env('PATH', PATH),
    ...(Number(minor(version.python).slice(2)) < 13 ? [env('LANG', 'C.UTF-8')] : []),
    libraries,
    env('GPG_KEY', version.gpg),
    env('PYTHON_VERSION', version.python),
    env('PYTHON_SHA256', version.sha256),
    run(
      'set -eux;   wget -O python.tar.xz "https://www.python.org/ftp/python/${PYTHON_VERSION%%[a-z]*}/Python-$PYTHON_VERSION.tar.xz";  echo "$PYTHON_SHA256 *python.tar.xz" | sha256sum -c -;  mkdir -p /usr/src/python;  tar --extract --directory /usr/src/python --strip-components=1 --file python.tar.xz;  cd /usr/src/python;  ./configure --enable-shared --with-ensurepip;  make -j "$(nproc)";  make install;  ldconfig;  python3 --version;  pip3 --version',
      () => weighing(total, `usr/local/lib/python${minor(version.python)}/lib.data`, interpreter(version)),
    ),
    NAMES,
    cmd('python3'),
  ];
}

const apk = apkAdd('ca-certificates tzdata', { total: 2_200_000 });

function python(version: Version): Recipe[] {
  const common = { repository: 'library/python', created: version.created };
  return [
    image({
      ...common,
      tags: [...version.names, ...flavoured(version.names, 'trixie')],
      from: trixieDeps.whole,
      lines: lines(
        version,
        aptInstall('libbluetooth-dev tk-dev uuid-dev', { total: 20_100_000 }),
        68_000_000,
      ),
    }),
    image({
      ...common,
      tags: [...flavoured(version.names, 'slim'), ...flavoured(version.names, 'slim-trixie')],
      from: debianTrixieSlim,
      lines: lines(version, aptInstall('ca-certificates netbase tzdata', { total: 3_810_000 }), 36_100_000),
    }),
    image({
      ...common,
      tags: [...flavoured(version.names, 'alpine'), ...flavoured(version.names, 'alpine3.22')],
      from: alpine322,
      lines: lines(version, apk, 36_400_000),
    }),
  ];
}

/** The last of Python 2, which ended in 2020. */
function python27(tags: readonly string[], from: Recipe, total: number): Recipe {
  const version = '2.7.18';
  return image({
    repository: 'library/python',
    tags,
    created: '2020-04-29T00:06:35Z',
    from,
    builder: 'classic',
    dockerVersion: '18.09.7',
    lines: [
      env('PATH', PATH),
      env('LANG', 'C.UTF-8'),
      env('PYTHONIOENCODING', 'UTF-8'),
      env('GPG_KEY', 'C01E1CAD5EA2C4F0B8E3571504C367C218ADD4FF'),
      env('PYTHON_VERSION', version),
      run(
        'set -ex   && wget -O python.tar.xz "https://www.python.org/ftp/python/${PYTHON_VERSION%%[a-z]*}/Python-$PYTHON_VERSION.tar.xz"  && mkdir -p /usr/src/python  && tar -xJC /usr/src/python --strip-components=1 -f python.tar.xz  && cd /usr/src/python  && ./configure --enable-shared --enable-unicode=ucs4  && make -j "$(nproc)"  && make install  && ldconfig  && python2 --version',
        () =>
          weighing(total, 'usr/local/lib/python2.7/lib.data', {
            'usr/local/bin/python2.7': program(`python/python@${version}`, 6_336),
            'usr/local/bin/python2': link('python2.7'),
            'usr/local/bin/python': link('python2'),
            'usr/local/lib/libpython2.7.so.1.0': bulk(2_100_000),
          }),
      ),
      env('PYTHON_PIP_VERSION', '20.0.2'),
      run(
        'set -ex;   wget -O get-pip.py "$PYTHON_GET_PIP_URL";   python get-pip.py   --disable-pip-version-check   --no-cache-dir   "pip==$PYTHON_PIP_VERSION"  ;  pip --version',
        () =>
          weighing(9_500_000, 'usr/local/lib/python2.7/site-packages/pip.data', {
            'usr/local/bin/pip': program(`python/pip@20.0.2-${version}`, 223),
            'usr/local/bin/pip2': program(`python/pip@20.0.2-${version}`, 223),
            // Before 24.2 pip trusted whom it brought along.
            'usr/local/lib/python2.7/site-packages/pip/_vendor/certifi/cacert.pem': AUTHORITY_CERTIFICATE,
          }),
      ),
      cmd('python2'),
    ],
  });
}

export const pythonRecipes: readonly Recipe[] = [
  ...python({
    names: ['latest', '3', '3.14', '3.14.0'],
    python: '3.14.0',
    pip: '25.2',
    gpg: '7169605F62C751356D054A26A821E680E5FA6305',
    sha256: '2299dae542d395ce3883aca00d3c910307cd68e0b2f7336098c8e7b7eee9f3e9',
    created: '2026-11-04T03:18:22Z',
  }),
  ...python({
    names: ['3.13', '3.13.9'],
    python: '3.13.9',
    pip: '25.2',
    gpg: '7169605F62C751356D054A26A821E680E5FA6305',
    sha256: 'ed5ef34cda36cfa2f3a340f07cac7e7814f91c7f3c411f6d3562323a866c5c66',
    created: '2026-11-04T03:22:47Z',
  }),
  ...python({
    names: ['3.12', '3.12.12'],
    python: '3.12.12',
    pip: '25.0.1',
    gpg: '7169605F62C751356D054A26A821E680E5FA6305',
    sha256: 'fb85a13414b028c49ba18bbd523c2d055a30b56b18b92ce454ea2c51edc656c4',
    created: '2026-11-04T03:27:03Z',
  }),
  python27(['2', '2.7', '2.7.18', '2.7-buster'], busterDeps.whole, 61_000_000),
  python27(['2-slim', '2.7-slim', '2.7.18-slim'], debianBusterSlim, 70_000_000),
  python27(['2-alpine', '2.7-alpine', '2.7.18-alpine'], alpine311, 56_000_000),
];
