import { cmd, env, image, run } from '../dockerfile.ts';
import { flavoured } from '../install.ts';
import type { Recipe } from '../recipe.ts';
import { directory, program, type Tree, weighing } from '../tree.ts';
import { alpine322 } from './alpine.ts';
import { trixieDeps } from './buildpack-deps.ts';
import { debianTrixieSlim } from './debian.ts';

const RUBY = '3.4.7';
const NAMES = ['latest', '3', '3.4', '3.4.7'];

const files = (total: number): Tree =>
  weighing(total, 'usr/local/lib/ruby/ruby.data', {
    'usr/local/bin/ruby': program(`languages/ruby@${RUBY}`, 14_200),
    'usr/local/bin/irb': program('languages/irb@1.14.3', 640),
    'usr/local/bin/gem': program('languages/gem@3.6.9', 530),
  });

const ruby = (tags: readonly string[], from: Recipe, total: number): Recipe =>
  image({
    repository: 'library/ruby',
    tags,
    created: '2026-11-04T04:55:19Z',
    from,
    lines: [
      run("set -eux;  mkdir -p /usr/local/etc;  echo 'gem: --no-document' >> /usr/local/etc/gemrc", {
        'usr/local/etc/gemrc': 'gem: --no-document\n',
      }),
      env('LANG', 'C.UTF-8'),
      env('RUBY_VERSION', RUBY),
      env('RUBY_DOWNLOAD_URL', `https://cache.ruby-lang.org/pub/ruby/3.4/ruby-${RUBY}.tar.xz`),
      run(
        'set -eux;   wget -O ruby.tar.xz "$RUBY_DOWNLOAD_URL";   mkdir -p /usr/src/ruby;  tar -xJf ruby.tar.xz -C /usr/src/ruby --strip-components=1;  cd /usr/src/ruby;  ./configure   --disable-install-doc   --enable-shared  ;  make -j "$(nproc)";  make install;   ruby --version;  gem --version',
        () => files(total),
      ),
      env('GEM_HOME', '/usr/local/bundle'),
      env('BUNDLE_SILENCE_ROOT_WARNING', '1'),
      env('BUNDLE_APP_CONFIG', '/usr/local/bundle'),
      env('PATH', '/usr/local/bundle/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'),
      run('set -eux;  mkdir "$GEM_HOME";  chmod 1777 "$GEM_HOME"', {
        'usr/local/bundle': directory(0o1777),
      }),
      cmd('irb'),
    ],
  });

export const rubyRecipes: readonly Recipe[] = [
  ruby([...NAMES, ...flavoured(NAMES, 'trixie')], trixieDeps.whole, 76_000_000),
  ruby(flavoured(NAMES, 'slim'), debianTrixieSlim, 122_000_000),
  ruby(flavoured(NAMES, 'alpine'), alpine322, 88_000_000),
];
