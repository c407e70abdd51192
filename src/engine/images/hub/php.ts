import { cmd, copyScript, entrypoint, env, type Instruction, image, run } from '../dockerfile.ts';
import { apkAdd, aptInstall, flavoured } from '../install.ts';
import type { Recipe } from '../recipe.ts';
import { directory, program, type Tree, weighing } from '../tree.ts';
import { alpine322 } from './alpine.ts';
import { debianTrixieSlim } from './debian.ts';

/** A first argument that is an option is one of php. */
const ENTRYPOINT = `#!/bin/sh
set -e
case "$1" in
  -*) set -- php "$@" ;;
esac
exec "$@"
`;

const PHPIZE =
  'autoconf \\t\\tdpkg-dev \\t\\tfile \\t\\tg++ \\t\\tgcc \\t\\tlibc-dev \\t\\tmake \\t\\tpkg-config \\t\\tre2c';

const files = (php: string, total: number): Tree =>
  weighing(total, 'usr/local/lib/php/extensions.data', {
    'usr/local/bin/php': program(`languages/php@${php}`, 18_900_000),
    'usr/local/etc/php/php.ini-development': '; settings for development\nerror_reporting = E_ALL\n',
    'usr/local/etc/php/php.ini-production': '; settings for production\ndisplay_errors = Off\n',
  });

function lines(php: string, sha256: string, install: Instruction, total: number): Instruction[] {
  return [
    env('PHPIZE_DEPS', PHPIZE),
    install,
    env('PHP_INI_DIR', '/usr/local/etc/php'),
    run(
      'set -eux;  mkdir -p "$PHP_INI_DIR/conf.d";  mkdir -p /var/www/html;  chown www-data:www-data /var/www/html;  chmod 1777 /var/www/html',
      {
        'usr/local/etc/php/conf.d': directory(),
        'var/www/html': directory(0o1777, 33, 33),
      },
    ),
    env('PHP_CFLAGS', '-fstack-protector-strong -fpic -fpie -O2 -D_LARGEFILE_SOURCE -D_FILE_OFFSET_BITS=64'),
    env('PHP_VERSION', php),
    env('PHP_URL', `https://www.php.net/distributions/php-${php}.tar.xz`),
    env('PHP_SHA256', sha256),
    run(
      'set -eux;   curl -fsSL -o php.tar.xz "$PHP_URL";   echo "$PHP_SHA256 *php.tar.xz" | sha256sum -c -',
      () => weighing(13_300_000, 'usr/src/php.tar.xz', {}),
    ),
    run(
      'set -eux;   docker-php-source extract;  cd /usr/src/php;  ./configure   --with-config-file-path="$PHP_INI_DIR"  ;  make -j "$(nproc)";  make install;  docker-php-source delete;   php --version',
      () => files(php, total),
    ),
    copyScript('docker-php-entrypoint', '/usr/local/bin/', ENTRYPOINT),
    entrypoint('docker-php-entrypoint'),
    cmd('php', '-a'),
  ];
}

const APT = aptInstall('$PHPIZE_DEPS ca-certificates curl xz-utils', {
  total: 323_000_000,
  packages: ['curl'],
});

const APK = apkAdd('ca-certificates curl openssl tar xz', { total: 4_700_000, packages: ['curl'] });

function php(version: string, names: readonly string[], sha256: string): Recipe[] {
  const common = { repository: 'library/php', created: '2026-11-18T01:40:13Z' };
  return [
    image({
      ...common,
      tags: [...names, ...flavoured(names, 'cli')],
      from: debianTrixieSlim,
      lines: lines(version, sha256, APT, 41_000_000),
    }),
    image({
      ...common,
      tags: [...flavoured(names, 'alpine'), ...flavoured(names, 'cli-alpine')],
      from: alpine322,
      lines: lines(version, sha256, APK, 73_000_000),
    }),
  ];
}

export const phpRecipes: readonly Recipe[] = [
  ...php(
    '8.4.14',
    ['latest', '8', '8.4', '8.4.14'],
    'bf56d0f8f1b2c1d5f9e0a1b5d0d3d1b2c9a8e7f6a5b4c3d2e1f0a9b8c7d6e5f4',
  ),
  ...php('8.3.27', ['8.3', '8.3.27'], 'c15a09a9d199437144ecfef7d712ec4ca5c6820cf34acc24cc8489dd0cee41ba'),
];
