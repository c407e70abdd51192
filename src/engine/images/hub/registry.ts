import { CA_CERTIFICATES } from '../authority.ts';
import {
  cmd,
  copy,
  copyScript,
  entrypoint,
  env,
  expose,
  type Instruction,
  image,
  run,
  volume,
} from '../dockerfile.ts';
import type { Recipe } from '../recipe.ts';
import { program, text, weighing } from '../tree.ts';
import { alpine320, alpine321 } from './alpine.ts';

const CONFIG = `version: 0.1
log:
  fields:
    service: registry
storage:
  cache:
    blobdescriptor: inmemory
  filesystem:
    rootdirectory: /var/lib/registry
http:
  addr: :5000
  headers:
    X-Content-Type-Options: [nosniff]
health:
  storagedriver:
    enabled: true
    interval: 10s
    threshold: 3
`;

const ENTRYPOINT = `#!/bin/sh

set -e

case "$1" in
    *.yaml|*.yml) set -- registry serve "$@" ;;
    serve|garbage-collect|help|-*) set -- registry "$@" ;;
esac

exec "$@"
`;

const lines = (version: string, size: number, directory: string): Instruction[] => [
  run('apk add --no-cache ca-certificates', () =>
    weighing(560_000, 'usr/share/ca-certificates/mozilla.data', {
      ...CA_CERTIFICATES,
    }),
  ),
  run(
    `set -eux;  version='${version}';  apkArch="$(apk --print-arch)";  case "$apkArch" in   x86_64)  arch='amd64' ;;   aarch64) arch='arm64' ;;   *) echo >&2 "error: unsupported architecture: $apkArch"; exit 1 ;;  esac;  wget -O registry.tar.gz "https://github.com/distribution/distribution/releases/download/v\${version}/registry_\${version}_linux_\${arch}.tar.gz";  tar --extract --verbose --file registry.tar.gz --directory /bin/ registry;  rm registry.tar.gz;  registry --version`,
    { 'bin/registry': program(`registry/registry@${version}`, size) },
  ),
  copy('./config-example.yml', `/etc/${directory}/config.yml`, {
    [`etc/${directory}/config.yml`]: text(CONFIG),
  }),
  ...(version.startsWith('3.') ? [env('OTEL_TRACES_EXPORTER', 'none')] : []),
  volume('/var/lib/registry'),
  expose(5000),
  copyScript('entrypoint.sh', '/', ENTRYPOINT),
  entrypoint('/entrypoint.sh'),
  cmd(`/etc/${directory}/config.yml`),
];

export const registryRecipes: readonly Recipe[] = [
  image({
    repository: 'library/registry',
    tags: ['2', '2.8', '2.8.3'],
    created: '2026-04-15T19:20:33Z',
    from: alpine320,
    lines: lines('2.8.3', 17_400_000, 'docker/registry'),
  }),
  image({
    repository: 'library/registry',
    tags: ['latest', '3', '3.0', '3.0.0'],
    created: '2026-10-08T13:41:07Z',
    from: alpine321,
    lines: lines('3.0.0', 48_900_000, 'distribution'),
  }),
];
