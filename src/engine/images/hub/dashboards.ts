import { CA_CERTIFICATES } from '../authority.ts';
import { cmd, copy, entrypoint, env, expose, image, label, run, volume, workdir } from '../dockerfile.ts';
import { apkAdd } from '../install.ts';
import type { Recipe } from '../recipe.ts';
import { program, script, weighing } from '../tree.ts';
import { alpine322 } from './alpine.ts';

/** A first argument that is an option is one of traefik. */
const ENTRYPOINT = `#!/bin/sh
set -e
case "$1" in
  -*) set -- traefik "$@" ;;
  version|healthcheck) set -- traefik "$@" ;;
esac
exec "$@"
`;

const traefik = (version: string, tags: readonly string[], created: string): Recipe =>
  image({
    repository: 'library/traefik',
    tags,
    created,
    from: alpine322,
    lines: [
      apkAdd('ca-certificates tzdata', { total: 2_300_000 }),
      run(
        `set -ex;  apkArch="$(apk --print-arch)";  wget --quiet -O /tmp/traefik.tar.gz "https://github.com/traefik/traefik/releases/download/v${version}/traefik_v${version}_linux_$arch.tar.gz";  tar xzvf /tmp/traefik.tar.gz -C /usr/local/bin traefik;  chmod +x /usr/local/bin/traefik`,
        { 'usr/local/bin/traefik': program(`traefik/traefik@${version}`, 224_000_000) },
      ),
      copy('entrypoint.sh', '/', { 'entrypoint.sh': script(ENTRYPOINT) }),
      expose(80),
      entrypoint('/entrypoint.sh'),
      cmd('traefik'),
      label('org.opencontainers.image.title', 'Traefik'),
      label('org.opencontainers.image.version', `v${version}`),
    ],
  });

/** A static binary and its web pages; no shell. */
const portainer = (version: string, tags: readonly string[], created: string): Recipe =>
  image({
    repository: 'portainer/portainer-ce',
    tags,
    created,
    config: { Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'] },
    lines: [
      label('org.opencontainers.image.title', 'Portainer'),
      copy('/usr/share/certs', '/etc/ssl/certs', CA_CERTIFICATES),
      copy('dist/', '/', () =>
        weighing(163_000_000, 'public/assets.data', {
          portainer: program(`portainer/portainer@${version}`, 96_000_000),
        }),
      ),
      env('PORTAINER_VERSION', version),
      volume('/data'),
      workdir('/'),
      expose(8000, 9000, 9443),
      entrypoint('/portainer'),
    ],
  });

/** Programs that look at the daemon through its socket. */
export const dashboardRecipes: readonly Recipe[] = [
  traefik('3.6.1', ['latest', '3', 'v3', '3.6', 'v3.6', '3.6.1', 'v3.6.1'], '2026-11-06T12:40:09Z'),
  traefik('2.11.30', ['2', 'v2', '2.11', 'v2.11', '2.11.30'], '2026-10-09T09:15:51Z'),
  portainer('2.33.3', ['latest', 'lts', '2.33.3', '2.33.3-alpine'], '2026-10-30T03:02:17Z'),
];
