import { binary } from '../debian/programs.ts';
import { copy, entrypoint, env, expose, image, label, run, workdir } from '../dockerfile.ts';
import { aptInstall } from '../install.ts';
import type { Recipe } from '../recipe.ts';
import { directories, script, weighing } from '../tree.ts';
import { ubuntu2004 } from './ubuntu.ts';

/** What stands in place of the desktop: there is no X server, so that its page is all that can be seen. */
const PAGE = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Desktop</title>
<style>
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #34546b; font-family: sans-serif; }
main { max-width: 26em; padding: 1em 1.5em; border-radius: 6px; background: #f4f4f2; color: #222; }
h1 { font-size: 1.2em; }
</style>
</head>
<body>
<main>
<h1>This is where the desktop would be</h1>
<p>The real image runs LXDE on a virtual screen and shows it in the browser through noVNC. The
simulated machine has no screen: it serves this page instead.</p>
</main>
</body>
</html>
`;

const NGINX = `error_log /var/log/nginx/error.log notice;
pid /run/nginx.pid;
events { worker_connections 768; }
http {
    types { text/html html; }
    access_log /var/log/nginx/access.log;
    server {
        listen 80;
        root /usr/local/lib/web/frontend;
        index index.html;
    }
}
`;

const STARTUP = `#!/bin/bash
# Sets the password of the screen, and starts what shows it.
set -e
if [ -n "$VNC_PASSWORD" ]; then
    echo "$VNC_PASSWORD" > /.password1
    chmod 400 /.password1
fi
unset VNC_PASSWORD PASSWORD
exec nginx -g 'daemon off;'
`;

/** Nobody has built it anew for years: its Ubuntu is of then. */
export const desktopRecipes: readonly Recipe[] = [
  image({
    repository: 'dorowu/ubuntu-desktop-lxde-vnc',
    tags: ['latest', 'focal'],
    created: '2020-11-15T15:08:17Z',
    from: ubuntu2004,
    lines: [
      label('maintainer', 'fcwu.tw@gmail.com'),
      aptInstall(
        'supervisor sudo net-tools zenity xz-utils dbus-x11 x11-utils alsa-utils mesa-utils libgl1-mesa-dri',
        {
          total: 319_000_000,
          packages: ['procps'],
        },
      ),
      aptInstall('xvfb x11vnc vim-tiny firefox ttf-ubuntu-font-family ttf-wqy-zenhei', {
        total: 338_000_000,
      }),
      aptInstall('lxde gtk2-engines-murrine gnome-themes-standard gtk2-engines-pixbuf arc-theme', {
        total: 286_000_000,
      }),
      run(
        'apt-get update     && apt-get install -y --no-install-recommends python3-pip python3-dev nginx ffmpeg',
        () =>
          weighing(212_000_000, 'usr/lib/ffmpeg.data', {
            ...directories('var/log/nginx'),
            'etc/nginx/nginx.conf': NGINX,
            'usr/sbin/nginx': binary('nginx'),
          }),
      ),
      copy('/src/web/dist/', '/usr/local/lib/web/frontend/', () =>
        weighing(4_100_000, 'usr/local/lib/web/frontend/static.data', {
          'usr/local/lib/web/frontend/index.html': PAGE,
        }),
      ),
      copy('rootfs', '/', { 'startup.sh': script(STARTUP) }),
      expose(80),
      workdir('/root'),
      env('HOME', '/home/ubuntu'),
      env('SHELL', '/bin/bash'),
      entrypoint('/startup.sh'),
    ],
  }),
];
