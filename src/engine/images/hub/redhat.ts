import { add, cmd, image, label } from '../dockerfile.ts';
import type { Recipe } from '../recipe.ts';
import { type RedHat, redHatBase } from '../redhat/base.ts';
import { centos7, centos8, fedora42, fedora43, oracle9, rocky9 } from '../redhat/systems.ts';
import { program, type Tree, weighing } from '../tree.ts';

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const root = (system: RedHat, total: number, rest: Tree = {}) =>
  add('rootfs.tar.xz', '/', ({ architecture }) =>
    weighing(total, 'usr/lib/locale/locale-archive', { ...redHatBase(system, architecture), ...rest }),
  );

interface Build {
  repository: string;
  tags: readonly string[];
  created: string;
  total: number;
}

/** Gone since 2024, its repositories too: what it lacks cannot be installed any more. */
const centos = (system: RedHat, version: string, { total, ...build }: Build, rest?: Tree): Recipe =>
  image({
    ...build,
    builder: 'classic',
    dockerVersion: '20.10.7',
    config: { Env: [PATH] },
    lines: [
      root(system, total, rest),
      label('org.label-schema.name', 'CentOS Base Image'),
      label('org.label-schema.vendor', 'CentOS'),
      label('org.label-schema.schema-version', version),
      cmd('/bin/bash'),
    ],
  });

const plain = (system: RedHat, { total, ...build }: Build): Recipe =>
  image({ ...build, config: { Env: [PATH] }, lines: [root(system, total), cmd('/bin/bash')] });

export const oracleLinux9Slim = plain(oracle9, {
  repository: 'library/oraclelinux',
  tags: ['9-slim'],
  created: '2026-10-28T20:04:51Z',
  total: 112_600_000,
});

export const redHatRecipes: readonly Recipe[] = [
  centos(
    centos7,
    '1.0',
    {
      repository: 'library/centos',
      tags: ['7', 'centos7', '7.9.2009', 'centos7.9.2009'],
      created: '2021-09-15T18:20:05Z',
      total: 203_954_000,
    },
    {
      'usr/bin/python2.7': program('python/python@2.7.5', 7_144),
      'usr/bin/python2': { link: 'python2.7' },
      'usr/bin/python': { link: 'python2' },
    },
  ),
  centos(centos8, '1.0', {
    repository: 'library/centos',
    tags: ['latest', '8', 'centos8', '8.4.2105', 'centos8.4.2105'],
    created: '2021-09-15T18:20:23Z',
    total: 231_268_000,
  }),
  plain(rocky9, {
    repository: 'library/rockylinux',
    tags: ['9', '9.3', '9.3.20231119'],
    created: '2023-11-19T20:14:37Z',
    total: 175_900_000,
  }),
  plain(fedora43, {
    repository: 'library/fedora',
    tags: ['latest', '43'],
    created: '2026-11-12T06:27:40Z',
    total: 179_400_000,
  }),
  plain(fedora42, {
    repository: 'library/fedora',
    tags: ['42'],
    created: '2026-11-12T06:31:02Z',
    total: 177_800_000,
  }),
  oracleLinux9Slim,
];
