// What the tests take from Debian: Chromium, and the real tools that ours are compared with. Installs what is absent where that is
// possible (Debian, root); without it the tests that need it are skipped and say so.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { say } from './setup.mjs';

const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome'];

/** A command of each package, by which it is found. */
const PACKAGES = [
  ['chromium', ...CHROMIUM],
  ['fonts-noto-cjk'],
  ['attr', 'getfattr'],
  ['busybox-static', 'busybox'],
  ['dash', 'dash'],
  ['iputils-ping', 'ping'],
  ['jq', 'jq'],
  ['libcap2-bin', 'capsh'],
  ['psmisc', 'pstree'],
  ['runc', 'runc'],
  ['skopeo', 'skopeo'],
  ['strace', 'strace'],
  ['stress', 'stress'],
  ['uidmap', 'newuidmap'],
  ['umoci', 'umoci'],
];
const FONT = '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc';

const directories = () => [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/bin'];
const found = (command) =>
  directories()
    .map((directory) => join(directory, command))
    .find((path) => existsSync(path));
const present = ([, ...commands]) => (commands.length === 0 ? existsSync(FONT) : commands.some(found));

/** Installs what is absent, and gives the path of Chromium, if there is one. */
export function debianTools() {
  const absent = PACKAGES.filter((one) => !present(one)).map(([name]) => name);
  const apt = spawnSync('apt-get', ['--version']).status === 0 && process.getuid?.() === 0;
  if (absent.length > 0 && apt) {
    say(`installing ${absent.join(', ')} (apt-get) …`);
    aptGet('update', '-qq');
    const install = ['install', '-y', '-qq', '--no-install-recommends'];
    // All at once; one by one where an archive lacks one of them.
    if (!aptGet(...install, ...absent)) for (const name of absent) aptGet(...install, name);
  }
  const lacking = PACKAGES.filter((one) => !present(one)).map(([name]) => name);
  if (lacking.length > 0)
    say(
      `not here, and what needs it is skipped: ${lacking.join(', ')} (Debian: apt install ${lacking.join(' ')})`,
    );
  return CHROMIUM.map(found).find(Boolean);
}

function aptGet(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', args, { stdio: 'ignore', env }).status === 0;
}
