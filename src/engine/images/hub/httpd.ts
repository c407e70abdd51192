import { useradd } from '../accounts.ts';
import {
  cmd,
  copyScript,
  env,
  expose,
  type Instruction,
  image,
  run,
  stopsignal,
  workdir,
} from '../dockerfile.ts';
import { apkAdd, aptInstall, flavoured } from '../install.ts';
import type { Recipe } from '../recipe.ts';
import { bulk, directories, directory, program, type Tree, weighing } from '../tree.ts';
import { alpine322 } from './alpine.ts';
import { debianTrixieSlim } from './debian.ts';

const PREFIX = 'usr/local/apache2';

const MODULES = [
  'mpm_event',
  'authn_core',
  'authz_host',
  'authz_core',
  'filter',
  'mime',
  'log_config',
  'env',
  'headers',
  'setenvif',
  'version',
  'unixd',
  'status',
  'autoindex',
  'dir',
  'alias',
];

/** Our own; what it sets is what the image's sets. */
const HTTPD_CONF = `# The server, its modules, and what it serves. More may be included at the end.
ServerRoot "/usr/local/apache2"
Listen 80

${MODULES.map((name) => `LoadModule ${name}_module modules/mod_${name}.so`).join('\n')}

<IfModule unixd_module>
User www-data
Group www-data
</IfModule>

ServerAdmin you@example.com
#ServerName www.example.com:80

# Nothing of the machine is served unless a section below says so.
<Directory />
    AllowOverride none
    Require all denied
</Directory>

DocumentRoot "/usr/local/apache2/htdocs"
<Directory "/usr/local/apache2/htdocs">
    Options Indexes FollowSymLinks
    AllowOverride None
    Require all granted
</Directory>

<IfModule dir_module>
    DirectoryIndex index.html
</IfModule>

<Files ".ht*">
    Require all denied
</Files>

ErrorLog /proc/self/fd/2
LogLevel warn

<IfModule log_config_module>
    LogFormat "%h %l %u %t \\"%r\\" %>s %b \\"%{Referer}i\\" \\"%{User-Agent}i\\"" combined
    LogFormat "%h %l %u %t \\"%r\\" %>s %b" common
    CustomLog /proc/self/fd/1 common
</IfModule>

<IfModule mime_module>
    TypesConfig conf/mime.types
    AddType application/x-compress .Z
    AddType application/x-gzip .gz .tgz
</IfModule>

#Include conf/extra/httpd-vhosts.conf
`;

const VHOSTS_CONF = `# Two sites on one port, told apart by the name that is asked for.
<VirtualHost *:80>
    DocumentRoot "/usr/local/apache2/docs/one"
    ServerName one.example.com
</VirtualHost>

<VirtualHost *:80>
    DocumentRoot "/usr/local/apache2/docs/two"
    ServerName two.example.com
</VirtualHost>
`;

const MIME_TYPES = `application/javascript	js mjs
application/json	json
application/pdf	pdf
application/wasm	wasm
application/xml	xml
application/zip	zip
font/woff2	woff2
image/gif	gif
image/jpeg	jpeg jpg
image/png	png
image/svg+xml	svg svgz
image/webp	webp
image/x-icon	ico
text/css	css
text/html	html htm
text/plain	txt text conf log
video/mp4	mp4
`;

const FOREGROUND = `#!/bin/sh
# A file of a server that was killed would keep the next one from starting.
set -e
rm -f /usr/local/apache2/logs/httpd.pid
exec httpd -DFOREGROUND "$@"
`;

const server = (version: string): Tree => ({
  ...directories(`${PREFIX}/logs`, `${PREFIX}/cgi-bin`),
  [`${PREFIX}/bin/httpd`]: program(`apache/httpd@${version}`, 780_000),
  [`${PREFIX}/bin/htpasswd`]: program(`apache/htpasswd@${version}`, 66_000),
  [`${PREFIX}/conf/extra/httpd-vhosts.conf`]: VHOSTS_CONF,
  [`${PREFIX}/conf/httpd.conf`]: HTTPD_CONF,
  [`${PREFIX}/conf/mime.types`]: MIME_TYPES,
  [`${PREFIX}/htdocs/index.html`]: '<html><body><h1>It works!</h1></body></html>\n',
  ...Object.fromEntries(
    MODULES.map((name) => [`${PREFIX}/modules/mod_${name}.so`, bulk(name === 'mpm_event' ? 82_000 : 38_000)]),
  ),
});

const prefix = (uid: number) =>
  run('mkdir -p "$HTTPD_PREFIX"  && chown www-data:www-data "$HTTPD_PREFIX"', {
    [PREFIX]: directory(0o755, uid, uid),
  });

function lines(
  version: string,
  sha256: string,
  before: readonly Instruction[],
  total: number,
): Instruction[] {
  return [
    env('HTTPD_PREFIX', '/usr/local/apache2'),
    env('PATH', '/usr/local/apache2/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'),
    ...before,
    env('HTTPD_VERSION', version),
    env('HTTPD_SHA256', sha256),
    env('HTTPD_PATCHES', ''),
    run(
      'set -eux;   ddist() {   local f="$1"; shift;   local distFile="$1"; shift;  };   ./configure   --prefix="$HTTPD_PREFIX"   --enable-mods-shared=reallyall   --enable-mpms-shared=all  ;  make -j "$(nproc)";  make install;   httpd -v',
      () => weighing(total, `${PREFIX}/build/apr.data`, server(version)),
    ),
    stopsignal('SIGWINCH'),
    copyScript('httpd-foreground', '/usr/local/bin/', FOREGROUND),
    expose(80),
    cmd('httpd-foreground'),
  ];
}

function httpd(version: string, names: readonly string[], sha256: string, created: string): Recipe[] {
  const common = { repository: 'library/httpd', created };
  return [
    image({
      ...common,
      tags: [...names, ...flavoured(names, 'trixie')],
      from: debianTrixieSlim,
      lines: lines(
        version,
        sha256,
        [
          prefix(33),
          workdir('/usr/local/apache2'),
          aptInstall('ca-certificates libaprutil1-ldap libldap-common', { total: 8_300_000 }),
        ],
        30_400_000,
      ),
    }),
    image({
      ...common,
      tags: flavoured(names, 'alpine'),
      from: alpine322,
      lines: lines(
        version,
        sha256,
        [
          run('set -x  && adduser -u 82 -D -S -G www-data www-data', ({ below }) =>
            useradd(below, { name: 'www-data', uid: 82, home: '/home/www-data', shell: '/sbin/nologin' }),
          ),
          prefix(82),
          workdir('/usr/local/apache2'),
          apkAdd('apr apr-util apr-util-ldap ca-certificates perl', { total: 43_000_000 }),
        ],
        12_600_000,
      ),
    }),
  ];
}

export const httpdRecipes: readonly Recipe[] = httpd(
  '2.4.71',
  ['latest', '2', '2.4', '2.4.71'],
  '58b8be97d9940ec17f7656c0c6b9f41b618aac468b894b534148e3296c53b8b3',
  '2026-11-13T01:12:40Z',
);
