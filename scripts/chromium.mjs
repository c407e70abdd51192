// Finds Debian's Chromium for the browser tests, and installs it where that is possible.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { say } from './setup.mjs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The path of a Chromium, or undefined with a word on what to install. */
export function chromium() {
  const found = () => PLACES.find((path) => existsSync(path));
  if (found()) return found();
  const apt = spawnSync('apt-get', ['--version']).status === 0 && process.getuid?.() === 0;
  if (apt) {
    say('installing chromium (apt-get) …');
    const quiet = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    spawnSync('apt-get', ['update', '-qq'], quiet);
    spawnSync(
      'apt-get',
      ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-noto-cjk'],
      quiet,
    );
  }
  if (!found()) say('no Chromium found: install it (Debian: apt install chromium) to run the browser tests.');
  return found();
}
