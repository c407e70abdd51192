import { expect, test } from 'vitest';
import { bootTestMachine } from '../../kernel/testing.ts';
import { netApplets, netPrograms } from './index.ts';

const machine = () => {
  const programs = Object.fromEntries([
    ...Object.entries(netPrograms),
    ...Object.entries(netApplets).map(([name, program]) => [`/bb/${name}`, program] as const),
  ]);
  return bootTestMachine({ programs, files: { '/etc/hosts': '127.0.0.1\tlocalhost\n' } });
};

const text = async (m: ReturnType<typeof machine>, line: string) => {
  const { exit, stdout, stderr } = await m.run(line.split(' '));
  return `${stdout}${stderr}${exit === 0 ? '' : `rc ${exit}\n`}`;
};

test('ip shows and changes what is there, in the words of either form', async () => {
  const m = machine();
  await m.run(['ip', 'link', 'set', 'lo', 'up']);
  expect(await text(m, 'ip addr show lo')).toBe(
    '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000\n' +
      '    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n' +
      '    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n' +
      '    inet6 ::1/128 scope host \n       valid_lft forever preferred_lft forever\n',
  );
  expect(await text(m, 'ip link add br0 type bridge')).toBe('');
  expect(await text(m, 'ip link add v0 type veth peer name v1')).toBe('');
  expect(await text(m, 'ip addr add 10.9.0.1/24 dev br0')).toBe('');
  await text(m, 'ip link set v0 master br0');
  for (const name of ['v0', 'v1', 'br0']) expect(await text(m, `ip link set ${name} up`)).toBe('');
  expect(await text(m, 'ip -4 addr show br0')).toMatch(
    /^\d: br0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000\n {4}inet 10.9.0.1\/24 scope global br0\n {7}valid_lft forever preferred_lft forever\n$/,
  );
  expect(await text(m, 'ip -br addr show br0')).toBe('br0              UP             10.9.0.1/24 \n');
  expect(await text(m, 'ip route')).toBe('10.9.0.0/24 dev br0 proto kernel scope link src 10.9.0.1 \n');
  expect(await text(m, '/bb/ip route')).toBe('10.9.0.0/24 dev br0 scope link  src 10.9.0.1 \n');
  expect(await text(m, 'ip route get 10.9.0.7')).toBe('10.9.0.7 dev br0 src 10.9.0.1 uid 0 \n    cache \n');
  expect(await text(m, 'ip route get 127.0.0.1')).toBe(
    'local 127.0.0.1 dev lo src 127.0.0.1 uid 0 \n    cache <local> \n',
  );
  expect(await text(m, 'ip link show v0')).toMatch(
    /\d: v0@v1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master br0 state UP mode DEFAULT group default qlen 1000\n/,
  );
});

test('ip fails in its own words', async () => {
  const m = machine();
  const failures: Record<string, string> = {
    'ip route get 9.9.9.9': 'RTNETLINK answers: Network is unreachable\nrc 2\n',
    'ip route del 4.4.4.4': 'RTNETLINK answers: No such process\nrc 2\n',
    'ip link set nope up': 'Cannot find device "nope"\nrc 1\n',
    'ip link show nope': 'Device "nope" does not exist.\nrc 1\n',
    'ip foo': 'Object "foo" is unknown, try "ip help".\nrc 1\n',
    'ip link foo': 'Command "foo" is unknown, try "ip link help".\nrc 255\n',
    'ip -Q link': 'Option "-Q" is unknown, try "ip -help".\nrc 255\n',
    'ip link add x type foo': 'Error: Unknown device type.\nrc 2\n',
    '/bb/ip link set nope up': 'ip: SIOCGIFFLAGS: No such device\nrc 1\n',
    '/bb/ip addr show dev nope': "ip: can't find device 'nope'\nrc 1\n",
  };
  for (const [command, answer] of Object.entries(failures)) expect(await text(m, command)).toBe(answer);
});

test('ping counts answers and failures', async () => {
  const m = machine();
  expect(await text(m, '/bb/ping -c 1 127.0.0.1')).toMatch(/sendto: Network is unreachable\nrc 1\n$/);
  await m.run(['ip', 'link', 'set', 'lo', 'up']);
  expect((await text(m, '/bb/ping -c 2 localhost')).replace(/\d+\.\d{3}/g, 'T')).toBe(
    'PING localhost (127.0.0.1): 56 data bytes\n64 bytes from 127.0.0.1: seq=0 ttl=64 time=T ms\n' +
      '64 bytes from 127.0.0.1: seq=1 ttl=64 time=T ms\n\n--- localhost ping statistics ---\n' +
      '2 packets transmitted, 2 packets received, 0% packet loss\nround-trip min/avg/max = T/T/T ms\n',
  );
  expect((await text(m, 'ping -c 1 127.0.0.1')).replace(/\d+\.\d{3}/g, 'T')).toBe(
    'PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data.\n64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=T ms\n\n' +
      '--- 127.0.0.1 ping statistics ---\n1 packets transmitted, 1 received, 0% packet loss, time 0ms\nrtt min/avg/max/mdev = T/T/T/T ms\n',
  );
  expect(await text(m, '/bb/ping -c 1 nosuch')).toBe("ping: bad address 'nosuch'\nrc 1\n");
  await text(m, 'ip link add d0 type dummy');
  await text(m, 'ip addr add 10.1.1.1/24 dev d0');
  await text(m, 'ip link set d0 up');
  expect(await text(m, '/bb/ping -c 1 -W 1 10.1.1.9')).toMatch(
    /1 packets transmitted, 0 packets received, 100% packet loss\nrc 1\n$/,
  );
});

test('httpd serves files and logs; wget fetches them in both forms', async () => {
  const m = machine();
  m.write('/srv/index.html', '<h1>hi</h1>\n');
  await m.run(['ip', 'link', 'set', 'lo', 'up']);
  expect(await text(m, '/bb/httpd -p 8081 -h /srv')).toBe('');
  expect(await text(m, '/bb/wget -qO- http://localhost:8081/')).toBe('<h1>hi</h1>\n');
  expect(await text(m, '/bb/wget -q -O - http://127.0.0.1:8081/nope')).toBe(
    'wget: server returned error: HTTP/1.1 404 Not Found\nrc 1\n',
  );
  expect(await text(m, '/bb/wget -O /tmp/o.html http://127.0.0.1:8081/index.html')).toBe(
    "Connecting to 127.0.0.1:8081 (127.0.0.1:8081)\nsaving to '/tmp/o.html'\n" +
      "o.html               100% |********************************|    12  0:00:00 ETA\n'/tmp/o.html' saved\n",
  );
  expect(m.read('/tmp/o.html')).toBe('<h1>hi</h1>\n');
  expect(await text(m, '/bb/wget http://127.0.0.1:9/')).toBe(
    "Connecting to 127.0.0.1:9 (127.0.0.1:9)\nwget: can't connect to remote host (127.0.0.1): Connection refused\nrc 1\n",
  );
  expect(await text(m, 'wget -qO- http://127.0.0.1:8081/nope')).toBe('rc 8\n');
  expect(await text(m, '/bb/httpd -f -p 8081')).toBe('httpd: bind: Address already in use\nrc 1\n');
});

test('nginx reads its configuration, logs and stops', async () => {
  const m = machine();
  m.write(
    '/etc/nginx/nginx.conf',
    'user nginx;\nerror_log /var/log/nginx/error.log notice;\nhttp { access_log /var/log/nginx/access.log main; types { text/html html; } include /etc/nginx/conf.d/*.conf; }\n',
  );
  m.write(
    '/etc/nginx/conf.d/default.conf',
    'server { listen 80; listen [::]:80; location / { root /www; index index.html; } location = /hi { return 200 "hello\\n"; } }',
  );
  m.write('/www/index.html', 'page');
  m.mkdir('/var/log/nginx');
  await m.run(['ip', 'link', 'set', 'lo', 'up']);
  expect(await text(m, 'nginx -t')).toBe(
    'nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\nnginx: configuration file /etc/nginx/nginx.conf test is successful\n',
  );
  expect(await text(m, 'nginx')).toBe('');
  await m.settle();
  expect(await text(m, '/bb/wget -qO- http://localhost/')).toBe('page');
  expect(await text(m, '/bb/wget -qO- http://127.0.0.1/hi')).toBe('hello\n');
  expect(await text(m, 'wget -qO- http://127.0.0.1/none')).toBe('rc 8\n');
  expect(m.read('/var/log/nginx/access.log')).toMatch(
    /^127\.0\.0\.1 - - \[01\/Jan\/2026:00:00:0\d \+0000\] "GET \/ HTTP\/1\.1" 200 4 "-" "Wget" "-"\n/,
  );
  expect(await text(m, 'nginx -s quit')).toBe('');
  await m.settle();
  expect(m.read('/var/log/nginx/error.log')).toMatch(
    /start worker process \d+\n[\s\S]*signal 3 \(SIGQUIT\) received, shutting down\n[\s\S]*\d+: exit\n$/,
  );
  m.write('/etc/nginx/conf.d/default.conf', 'server { listen 80; lissten 81; }');
  expect(await text(m, 'nginx -t')).toBe(
    'nginx: [emerg] unknown directive "lissten" in /etc/nginx/conf.d/default.conf:1\nnginx: configuration file /etc/nginx/nginx.conf test failed\nrc 1\n',
  );
});
