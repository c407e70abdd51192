import { expect, test } from 'vitest';
import { bootTestMachine } from '../../kernel/testing.ts';
import { netPrograms } from '../net/index.ts';
import { httpd } from './httpd.ts';

const CONF = '/usr/local/apache2/conf/httpd.conf';
const SITE = `ServerName site
Listen 80
<Directory />
 Require all denied
</Directory>
DocumentRoot "/www"
<Directory "/www">
 Options Indexes
 Require all granted
</Directory>
<Directory "/www/closed">
 Options None
</Directory>
<Files ".ht*">
 Require all denied
</Files>
ErrorLog /var/log/error
LogFormat "%h %l %u \\"%r\\" %>s %b" short
CustomLog /var/log/access short
`;

/** A machine on which httpd is started with a configuration. */
async function machine(configuration: string) {
  const programs = { ...netPrograms, httpd: httpd('2.4.71') };
  const m = bootTestMachine({ programs, files: { '/etc/hosts': '127.0.0.1\tlocalhost\n' } });
  m.mkdir('/var/log');
  m.mkdir('/usr/local/apache2/logs');
  m.write('/www/index.html', 'index');
  m.write('/www/a/b.txt', 'b');
  m.write('/www/closed/c.txt', 'c');
  m.write('/www/.htpasswd', 'secret');
  m.write(CONF, configuration);
  await m.run(['ip', 'link', 'set', 'lo', 'up']);
  const run = async (...argv: string[]) => {
    const { exit, stdout, stderr } = await m.run(argv);
    await m.settle();
    return `${stdout}${stderr}${exit === 0 ? '' : `rc ${exit}\n`}`;
  };
  const curl = (...args: string[]) => run('curl', '-s', ...args);
  const status = (path: string) => curl('-o', '/dev/null', '-w', '%{http_code}', `http://localhost${path}`);
  return { m, run, curl, status };
}

/** What is expected here is what Apache 2.4.71 was seen to answer with the same configuration. */
test('files, listings and refusals', async () => {
  const { m, run, curl, status } = await machine(
    `${SITE}LoadModule alias_module /www/index.html\nRedirect gone /gone\nRedirect permanent /old http://x/new\nAlias /b /www/a\n`,
  );
  expect(await run('httpd')).toBe('');
  expect(await curl('http://localhost/')).toBe('index');
  expect(await curl('http://localhost/b/b.txt')).toBe('b');
  expect(await curl('http://localhost/a/')).toContain(
    '<ul><li><a href="/"> Parent Directory</a></li>\n<li><a href="b.txt"> b.txt</a></li>\n</ul>',
  );
  expect(await curl('-i', 'http://localhost/old/x')).toContain('Location: http://x/new/x\r\n');
  const asked = ['/nix', '/a', '/closed/', '/closed/c.txt', '/.htpasswd', '/gone', '/../etc/passwd'];
  expect(await Promise.all(asked.map(status))).toEqual(['404', '301', '403', '200', '403', '410', '404']);
  const lost = await curl('-i', 'http://localhost/nix');
  expect(lost).toContain('Content-Length: 236\r\nContent-Type: text/html; charset=iso-8859-1\r\n');
  const deleted = await curl('-i', '-X', 'DELETE', 'http://localhost/');
  expect(deleted).toMatch(/^HTTP\/1\.1 405 [\s\S]*Allow: GET,POST,OPTIONS,HEAD,TRACE/);
  expect(m.read('/var/log/access')).toContain('127.0.0.1 - - "GET /nix HTTP/1.1" 404 236\n');
  expect(m.read('/var/log/error')).toMatch(
    /\[autoindex:error\] \[pid \d+:tid \d+\] \[client 127\.0\.0\.1:\d+\] AH01276: Cannot serve directory \/www\/closed\/: No matching DirectoryIndex \(index\.html\) found, and server-generated directory index forbidden by Options directive\n/,
  );
});

test('virtual hosts are told apart by name, and the first takes what fits none', async () => {
  const host = (name: string) =>
    `<VirtualHost *:80>\nServerName ${name}\nDocumentRoot /www/${name}\n</VirtualHost>\n`;
  const { run, curl } = await machine(`${SITE}${host('a')}${host('closed')}`);
  expect(await run('httpd')).toBe('');
  expect(await curl('-H', 'Host: closed', 'http://localhost/c.txt')).toBe('c');
  expect(await curl('http://localhost/b.txt')).toBe('b');
});

test('a configuration is read anew on a graceful restart, and its errors say where they are', async () => {
  const { m, run, status } = await machine(SITE);
  await run('httpd');
  expect(await status('/a/')).toBe('200');
  m.write(CONF, SITE.replace('Options Indexes', 'Options None'));
  expect(await run('httpd', '-k', 'graceful')).toBe('');
  expect(await status('/a/')).toBe('403');
  const wrong = async (line: string) => {
    m.write(CONF, `${SITE}${line}\n`);
    return run('httpd', '-t');
  };
  const at = `AH00526: Syntax error on line 20 of ${CONF}:\n`;
  expect(await wrong('Foo bar')).toBe(
    `${at}Invalid command 'Foo', perhaps misspelled or defined by a module not included in the server configuration\nrc 1\n`,
  );
  expect(await wrong('Listen abc')).toBe(`${at}Port must be specified\nrc 1\n`);
  expect(await wrong('DocumentRoot /nope')).toBe(
    `${at}DocumentRoot '/nope' is not a directory, or is not readable\nrc 1\n`,
  );
  expect(await wrong('<Directory /x>')).toBe(
    `httpd: Syntax error on line 20 of ${CONF}: ${CONF}:20: <Directory> was not closed.\nrc 1\n`,
  );
  expect(await wrong('</IfModule>')).toBe(
    `httpd: Syntax error on line 20 of ${CONF}: </IfModule> without matching <IfModule> section\nrc 1\n`,
  );
  expect(await wrong('ProxyPass / http://x/')).toBe(`${at}ProxyPass is not simulated in Drydock\nrc 1\n`);
  m.write(CONF, SITE.replace('ServerName site\n', ''));
  expect(await run('httpd', '-t')).toBe(
    "AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using 127.0.0.1. Set the 'ServerName' directive globally to suppress this message\nSyntax OK\n",
  );
  expect(await run('httpd', '-k', 'stop')).toContain('AH00558');
  expect(await status('/')).toBe('000rc 7\n');
});

test('an address, a defined name, and a control without a server are heeded; what would be ignored is refused', async () => {
  const { m, run, curl } = await machine(
    SITE.replace('Listen 80', 'Listen 127.0.0.1:80\n<IfDefine EXTRA>\nListen 81\n</IfDefine>'),
  );
  await run('ip', 'addr', 'add', '10.0.0.1/32', 'dev', 'lo');
  expect(await run('httpd', '-k', 'graceful-stop')).toBe('httpd (no pid file) not running\n');
  expect(await run('httpd', '-k', 'bad')).toMatch(/^httpd: illegal option -- k\nUsage: [\s\S]*rc 1\n$/);
  expect(await run('httpd', '-D', 'EXTRA', '-k', 'restart')).toBe(
    'httpd not running, trying to start\n'.repeat(2),
  );
  expect(await curl('http://127.0.0.1/')).toBe('index');
  expect(await curl('http://10.0.0.1/')).toBe('rc 7\n');
  expect(await curl('http://10.0.0.1:81/')).toBe('index');
  expect(await run('httpd')).toBe(
    '(98)Address already in use: AH00072: make_sock: could not bind to address 127.0.0.1:80\nno listening sockets available, shutting down\nAH00015: Unable to open logs\nrc 1\n',
  );
  for (const line of [
    'AllowOverride All',
    'KeepAlive Off',
    '<VirtualHost 10.0.0.1:80>',
    'AddEncoding x .x',
  ]) {
    m.write(CONF, `${SITE}${line}\n`);
    expect(await run('httpd', '-t')).toContain('is not simulated in Drydock');
  }
});
