import { expect, test } from 'vitest';
import { bootTestMachine } from '../../../kernel/testing.ts';
import { netPrograms } from '../index.ts';

/** A machine with nginx running on what stands in `http`. */
async function running(http: string) {
  const m = bootTestMachine({ programs: netPrograms, files: { '/etc/hosts': '127.0.0.1\tlocalhost\n' } });
  const configure = (block: string) =>
    m.write(
      '/etc/nginx/nginx.conf',
      `error_log /var/log/error.log notice; events {} http { access_log /var/log/access.log; ${block} }`,
    );
  configure(http);
  m.mkdir('/var/log');
  m.write('/www/index.html', 'index');
  m.write('/www/404.html', 'lost');
  m.write('/www/a.txt', 'abcdef');
  await m.run(['ip', 'link', 'set', 'lo', 'up']);
  const run = async (...argv: string[]) => {
    const { exit, stdout, stderr } = await m.run(argv);
    await m.settle();
    return `${stdout}${stderr}${exit === 0 ? '' : `rc ${exit}\n`}`;
  };
  const started = await run('nginx');
  return { m, configure, run, started, curl: (...args: string[]) => run('curl', '-s', ...args) };
}

test('files are tried, errors have pages, fields are added', async () => {
  const { curl } = await running(
    `server { listen 80; root /www; error_page 404 /404.html; add_header X-From "$host$uri" always;
      location / { try_files $uri $uri/ /index.html; }
      location /files/ { alias /www/; }
      location /code/ { try_files $uri =418; }
      location /old/ { rewrite ^/old/(.*)$ /files/$1 last; }
      location ~ \\.gone$ { return 410; } }`,
  );
  expect(await curl('http://localhost/some/route')).toBe('index');
  expect(await curl('http://localhost/a.txt')).toBe('abcdef');
  expect(await curl('http://localhost/old/a.txt')).toBe('abcdef');
  expect(await curl('-w', ' %{http_code}', 'http://localhost/files/none')).toBe('lost 404');
  expect(await curl('-o', '/dev/null', '-w', '%{http_code}', 'http://localhost/code/x')).toBe('418');
  expect(await curl('-o', '/dev/null', '-w', '%{http_code}', 'http://localhost/x.gone')).toBe('410');
  expect(await curl('-i', 'http://localhost/a.txt')).toContain('X-From: localhost/a.txt\r\n');
  expect(await curl('-i', '-H', 'Range: bytes=2-3', 'http://localhost/a.txt')).toMatch(
    /^HTTP\/1\.1 206 Partial Content\r\n[\s\S]*Content-Range: bytes 2-3\/6\r\n[\s\S]*\r\n\r\ncd$/,
  );
});

test('a proxy sends the fields that it is told to, to each server of its upstream in turn', async () => {
  const { curl } = await running(
    `upstream both { server 127.0.0.1:81; server 127.0.0.1:82; }
     server { listen 80; location /api/ { proxy_pass http://both/v1/; proxy_set_header X-Real-IP $remote_addr; proxy_set_header Host $host; } }
     server { listen 81; location / { return 200 "one $request_uri $http_x_real_ip $http_host\\n"; } }
     server { listen 82; location / { return 200 "two $request_uri $http_x_real_ip $http_host\\n"; } }`,
  );
  expect(await curl('http://localhost/api/x?y=1')).toBe('one /v1/x?y=1 127.0.0.1 localhost\n');
  expect(await curl('http://localhost/api/x')).toBe('two /v1/x 127.0.0.1 localhost\n');
});

test('what is not simulated, or not there, keeps nginx from starting', async () => {
  const refusals: Record<string, string> = {
    'server { gzip on; auth_basic "x"; }':
      '"auth_basic" directive is not simulated in /etc/nginx/nginx.conf:1',
    'server { lissten 80; }': 'unknown directive "lissten" in /etc/nginx/nginx.conf:1',
    'listen 80;': '"listen" directive is not allowed here in /etc/nginx/nginx.conf:1',
    'server { root; }': 'invalid number of arguments in "root" directive in /etc/nginx/nginx.conf:1',
    'server { listen 80 ssl; }': 'parameter "ssl" of "listen" is not simulated in /etc/nginx/nginx.conf:1',
    'server { location / { proxy_pass http://nobody:80; } }':
      'host not found in upstream "nobody:80" in /etc/nginx/nginx.conf:1',
    'server { return 200 $nope; }': 'unknown "nope" variable in /etc/nginx/nginx.conf:1',
  };
  for (const [http, complaint] of Object.entries(refusals)) {
    const { started } = await running(http);
    expect(started).toMatch(/^2026\/01\/01 00:00:0\d \[emerg\] \d+#\d+: /);
    expect(started).toContain(`nginx: [emerg] ${complaint}\nrc 1\n`);
  }
});

test('reload takes up the new configuration with new workers, and keeps the old one when the new is wrong', async () => {
  const { m, configure, run, curl } = await running('server { listen 80; return 200 "old"; }');
  expect(await curl('http://localhost/')).toBe('old');
  configure('server { listen 80; return 200 "new"; } server { listen 81; return 200 "more"; }');
  expect(await curl('http://localhost/')).toBe('old');
  expect(await run('nginx', '-s', 'reload')).toBe('');
  expect(await curl('http://localhost/')).toBe('new');
  expect(await curl('http://localhost:81/')).toBe('more');
  configure('server { listen 80; frob; }');
  expect(await run('nginx', '-s', 'reload')).toMatch(/\[emerg\] unknown directive "frob"/);
  expect(await curl('http://localhost/')).toBe('new');
  expect(m.read('/var/log/error.log')).toMatch(
    /signal process started\n[\s\S]*reconfiguring\n[\s\S]*start worker processes\n[\s\S]*gracefully shutting down\n[\s\S]*exited with code 0\n/,
  );
  configure('server { listen 80; }');
  expect(await run('nginx', '-s', 'stop')).toBe('');
  expect(await curl('http://localhost/')).toBe('rc 7\n');
  expect(await run('nginx', '-s', 'quit')).toBe(
    'nginx: [error] open() "/run/nginx.pid" failed (2: No such file or directory)\nrc 1\n',
  );
});
