import { useradd } from '../accounts.ts';
import { multiarch } from '../debian/base.ts';
import { binary, packages } from '../debian/programs.ts';
import {
  cmd,
  copyScript,
  entrypoint,
  env,
  expose,
  type Instruction,
  image,
  label,
  run,
  stopsignal,
} from '../dockerfile.ts';
import type { Recipe } from '../recipe.ts';
import { bulk, directory, link, type Tree, weighing } from '../tree.ts';
import { alpine322 } from './alpine.ts';
import { debianBookwormSlimOfApril, debianTrixieSlim } from './debian.ts';

/** The page and scripts are our own; titles, paths, log lines and what they do are those of the official image. */
const INDEX = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto; font-family: sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>This page comes from inside a container: the web server works. Put your own
files into <code>/usr/share/nginx/html</code> to replace it.</p>
</body>
</html>
`;

const ERROR_PAGE = `<!DOCTYPE html>
<html>
<head><title>Error</title></head>
<body>
<h1>An error occurred.</h1>
<p>The page is not available just now. The administrator finds the reason in the error log.</p>
</body>
</html>
`;

const NGINX_CONF = `
user  nginx;
worker_processes  auto;

error_log  /var/log/nginx/error.log notice;
pid        /run/nginx.pid;

events {
    worker_connections  1024;
}

http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;

    log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';

    access_log  /var/log/nginx/access.log  main;

    sendfile           on;
    keepalive_timeout  65;

    include /etc/nginx/conf.d/*.conf;
}
`;

const DEFAULT_CONF = `server {
    listen       80;
    server_name  localhost;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }

    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }
}
`;

const MIME_TYPES = `types {
    text/html                html htm shtml;
    text/css                 css;
    text/xml                 xml;
    text/plain               txt;
    image/gif                gif;
    image/jpeg               jpeg jpg;
    image/png                png;
    image/svg+xml            svg svgz;
    image/webp               webp;
    image/x-icon             ico;
    font/woff                woff;
    font/woff2               woff2;
    application/javascript   js;
    application/json         json;
    application/pdf          pdf;
    application/wasm         wasm;
    application/zip          zip;
    video/mp4                mp4;
}
`;

const ENTRYPOINT = `#!/bin/sh
# Runs what is in /docker-entrypoint.d before the server starts.
set -e

log() {
    [ -n "$NGINX_ENTRYPOINT_QUIET_LOGS" ] || echo "$0: $1"
}

if [ "$1" = nginx ] || [ "$1" = nginx-debug ]; then
    if [ -n "$(ls /docker-entrypoint.d/)" ]; then
        log "/docker-entrypoint.d/ is not empty, will attempt to perform configuration"
        log "Looking for shell scripts in /docker-entrypoint.d/"
        for file in /docker-entrypoint.d/*; do
            case "$file" in
                *.envsh)
                    if [ -x "$file" ]; then
                        log "Sourcing $file"
                        . "$file"
                    else
                        log "Ignoring $file, not executable"
                    fi
                    ;;
                *.sh)
                    if [ -x "$file" ]; then
                        log "Launching $file"
                        "$file"
                    else
                        log "Ignoring $file, not executable"
                    fi
                    ;;
                *) log "Ignoring $file" ;;
            esac
        done
        log "Configuration complete; ready for start up"
    else
        log "No files found in /docker-entrypoint.d/, skipping configuration"
    fi
fi

exec "$@"
`;

const LISTEN_ON_IPV6 = `#!/bin/sh
# Lets the default site listen on IPv6 as well, where the kernel has it and nobody has changed the file.
set -e
name=\${0##*/}
conf=/etc/nginx/conf.d/default.conf

say() {
    [ -n "$NGINX_ENTRYPOINT_QUIET_LOGS" ] || echo "$name: info: $1"
}

if [ ! -f /proc/net/if_inet6 ]; then
    say "ipv6 not available"
    exit 0
fi
if [ ! -f "$conf" ]; then
    say "$conf is not a file or does not exist"
    exit 0
fi
if [ ! -w "$conf" ]; then
    say "can not modify $conf (read-only file system?)"
    exit 0
fi
if grep -q 'listen  *\\[::]:80;' "$conf"; then
    say "IPv6 listen already enabled"
    exit 0
fi
say "Getting the checksum of $conf"
sed -i 's,listen       80;,listen       80;\\n    listen  [::]:80;,' "$conf"
say "Enabled listen on IPv6 in $conf"
`;

const LOCAL_RESOLVERS = `#!/bin/sh
# Gives templates the name servers of the container, when asked to.
if [ -n "$NGINX_ENTRYPOINT_LOCAL_RESOLVERS" ]; then
    NGINX_LOCAL_RESOLVERS=$(awk '$1 == "nameserver" { printf "%s ", $2 }' /etc/resolv.conf)
    export NGINX_LOCAL_RESOLVERS
fi
`;

const ENVSUBST = `#!/bin/sh
# Fills templates in from the environment, when there are any.
set -e
templates=\${NGINX_ENVSUBST_TEMPLATE_DIR:-/etc/nginx/templates}
output=\${NGINX_ENVSUBST_OUTPUT_DIR:-/etc/nginx/conf.d}
[ -d "$templates" ] || exit 0
for template in "$templates"/*.template; do
    [ -f "$template" ] || continue
    target=$output/$(basename "$template" .template)
    echo "\${0##*/}: Running envsubst on $template to $target"
    envsubst < "$template" > "$target"
done
`;

const TUNE_WORKERS = `#!/bin/sh
# Sets the number of worker processes by the processors at hand, when asked to.
set -e
[ -n "$NGINX_ENTRYPOINT_WORKER_PROCESSES_AUTOTUNE" ] || exit 0
sed -i "s/^worker_processes.*/worker_processes  $(nproc);/" /etc/nginx/nginx.conf
`;

const SCRIPTS = {
  '10-listen-on-ipv6-by-default.sh': LISTEN_ON_IPV6,
  '15-local-resolvers.envsh': LOCAL_RESOLVERS,
  '20-envsubst-on-templates.sh': ENVSUBST,
  '30-tune-worker-processes.sh': TUNE_WORKERS,
};

/** What the package installs, whatever the distribution. */
const SERVER: Tree = {
  'docker-entrypoint.d': directory(),
  'etc/nginx/conf.d/default.conf': DEFAULT_CONF,
  'etc/nginx/fastcgi_params':
    'fastcgi_param  QUERY_STRING       $query_string;\nfastcgi_param  REQUEST_METHOD     $request_method;\n',
  'etc/nginx/mime.types': MIME_TYPES,
  'etc/nginx/modules': link('/usr/lib/nginx/modules'),
  'etc/nginx/nginx.conf': NGINX_CONF,
  'usr/lib/nginx/modules': directory(),
  'usr/sbin/nginx': binary('nginx'),
  'usr/share/nginx/html/50x.html': ERROR_PAGE,
  'usr/share/nginx/html/index.html': INDEX,
  'var/cache/nginx': directory(),
  'var/log/nginx/access.log': link('/dev/stdout'),
  'var/log/nginx/error.log': link('/dev/stderr'),
};

interface Version {
  tags: string[];
  nginx: string;
  njs: string;
  created: string;
  total: number;
}

/** The scripts and the configuration that both flavours end with. */
const COPIES: readonly Instruction[] = [
  copyScript('docker-entrypoint.sh', '/', ENTRYPOINT),
  ...Object.entries(SCRIPTS).map(([name, content]) => copyScript(name, '/docker-entrypoint.d', content)),
  entrypoint('/docker-entrypoint.sh'),
  expose(80),
  stopsignal('SIGQUIT'),
  cmd('nginx', '-g', 'daemon off;'),
];

const MAINTAINER = label('maintainer', 'NGINX Docker Maintainers <docker-maint@nginx.com>');

function nginx(
  from: Recipe,
  codename: string,
  { tags, nginx: version, njs, created, total }: Version,
): Recipe {
  return image({
    repository: 'library/nginx',
    tags,
    created,
    from,
    lines: [
      MAINTAINER,
      env('NGINX_VERSION', version),
      env('NJS_VERSION', njs),
      env('NJS_RELEASE', `1~${codename}`),
      env('PKG_RELEASE', `1~${codename}`),
      env('DYNPKG_RELEASE', `1~${codename}`),
      run(
        'set -x     && groupadd --system --gid 101 nginx     && useradd --system --gid nginx --no-create-home --home /nonexistent --comment "nginx user" --shell /bin/false --uid 101 nginx     && apt-get update     && apt-get install --no-install-recommends --no-install-suggests -y nginx gettext-base curl',
        ({ architecture, below }) =>
          weighing(total, `usr/lib/${multiarch(architecture)}/libicudata.so.72`, {
            ...packages('curl', 'openssl'),
            ...SERVER,
            ...useradd(below, {
              name: 'nginx',
              uid: 101,
              comment: 'nginx user',
              home: '/nonexistent',
              shell: '/bin/false',
            }),
            'usr/bin/envsubst': binary('envsubst'),
            'usr/lib/nginx/modules/ngx_http_js_module.so': bulk(1_350_000),
            [`usr/lib/${multiarch(architecture)}/libcurl.so.4`]: bulk(770_000),
          }),
      ),
      ...COPIES,
    ],
  });
}

/** Built in May and not since: on the Debian of that time. */
const nginx127 = nginx(debianBookwormSlimOfApril, 'bookworm', {
  tags: ['1.27', '1.27.5'],
  nginx: '1.27.5',
  njs: '0.8.10',
  created: '2026-05-02T01:36:20Z',
  total: 117_300_000,
});

const nginx128 = nginx(debianTrixieSlim, 'trixie', {
  tags: ['1.28', '1.28.0', 'stable', 'stable-trixie', '1.28-trixie'],
  nginx: '1.28.0',
  njs: '0.8.10',
  created: '2026-11-04T08:11:05Z',
  total: 113_100_000,
});

const nginx129 = nginx(debianTrixieSlim, 'trixie', {
  tags: ['latest', '1', '1.29', '1.29.3', 'mainline', 'trixie'],
  nginx: '1.29.3',
  njs: '0.9.4',
  created: '2026-11-04T08:10:32Z',
  total: 113_400_000,
});

interface AlpineVersion extends Omit<Version, 'total'> {}

/** The same server on Alpine. */
const nginxAlpine = ({ tags, nginx: version, njs, created }: AlpineVersion): Recipe =>
  image({
    repository: 'library/nginx',
    tags,
    created,
    from: alpine322,
    lines: [
      MAINTAINER,
      env('NGINX_VERSION', version),
      env('PKG_RELEASE', '1'),
      env('DYNPKG_RELEASE', '1'),
      env('NJS_VERSION', njs),
      env('NJS_RELEASE', '1'),
      run(
        'set -x     && addgroup -g 101 -S nginx     && adduser -S -D -H -u 101 -h /var/cache/nginx -s /sbin/nologin -G nginx -g nginx nginx     && apk add --no-cache nginx gettext-envsubst curl',
        ({ below }) =>
          weighing(44_500_000, 'usr/lib/libicudata.so.76', {
            ...SERVER,
            ...useradd(below, {
              name: 'nginx',
              uid: 101,
              comment: 'nginx',
              home: '/var/cache/nginx',
              shell: '/sbin/nologin',
              listed: true,
            }),
            'usr/bin/curl': binary('curl'),
            'usr/bin/envsubst': binary('envsubst'),
          }),
      ),
      ...COPIES,
    ],
  });

export const nginxRecipes: readonly Recipe[] = [
  nginx127,
  nginx128,
  nginx129,
  nginxAlpine({
    tags: ['alpine', '1-alpine', '1.29-alpine', '1.29.3-alpine', 'mainline-alpine'],
    nginx: '1.29.3',
    njs: '0.9.4',
    created: '2026-11-04T08:12:47Z',
  }),
  nginxAlpine({
    tags: ['stable-alpine', '1.28-alpine', '1.28.0-alpine'],
    nginx: '1.28.0',
    njs: '0.8.10',
    created: '2026-11-04T08:13:10Z',
  }),
];
