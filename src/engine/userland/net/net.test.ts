import { expect, test } from 'vitest';
import { decode } from '../../base/bytes.ts';
import { spawnCaptured } from '../../kernel/capture.ts';
import { bootTestMachine } from '../../kernel/testing.ts';
import { BUSYBOX, BUSYBOX_ALPINE } from '../utility.ts';
import { netApplets, netPrograms } from './index.ts';

const machine = () => {
  const programs = Object.fromEntries([
    ...Object.entries(netPrograms),
    ...Object.entries(netApplets(BUSYBOX)).map(([name, program]) => [`/bb/${name}`, program] as const),
  ]);
  return bootTestMachine({ programs, files: { '/etc/hosts': '127.0.0.1\tlocalhost\n' } });
};

const text = async (m: ReturnType<typeof machine>, line: string) => {
  const { exit, stdout, stderr } = await m.run(line.split(' '));
  return `${stdout}${stderr}${exit === 0 ? '' : `rc ${exit}\n`}`;
};

/** Starts a program that goes on; gives what it has printed so far. */
async function background(
  m: ReturnType<typeof machine>,
  path: string,
  ...args: string[]
): Promise<() => string> {
  let out = '';
  const print = (chunk: Uint8Array) => {
    out += decode(chunk);
  };
  const name = path.replace(/^.*\//, '');
  spawnCaptured(m.kernel, { path, argv: [name, ...args], env: new Map(), stdout: print, stderr: print });
  await m.settle();
  return () => out;
}

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

test('ip gives birth to a device in another namespace, and to its peer where it is told', async () => {
  const m = machine();
  for (const name of ['red', 'blue']) expect(await text(m, `ip netns add ${name}`)).toBe('');
  expect(await text(m, 'ip link add r0 netns red type veth peer name b0 netns blue')).toBe('');
  // Without a word about the peer it is born with the caller.
  expect(await text(m, 'ip link add r1 netns red type veth peer name here')).toBe('');
  expect(await text(m, 'ip -n red -br link')).toMatch(/^lo .*\nr0@.*\nr1@.*\n$/);
  expect(await text(m, 'ip -n blue -br link')).toMatch(/^lo .*\nb0@.*\n$/);
  expect(await text(m, 'ip -br link')).toMatch(/^lo .*\nhere@.*\n$/);
  expect(await text(m, 'ip link add r0 netns red type bridge')).toBe(
    'RTNETLINK answers: File exists\nrc 2\n',
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
    '/bb/ip link set nope up': 'ip: SIOCGIFFLAGS: No such device\nrc 2\n',
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

test('an applet shows its usage under the banner of the build that it belongs to', async () => {
  const programs = { wget: netApplets(BUSYBOX_ALPINE).wget! };
  const { stderr } = await bootTestMachine({ programs }).run(['wget']);
  expect(stderr).toMatch(
    /^BusyBox v1\.37\.0 \(2025-01-17 18:12:01 UTC\) multi-call binary\.\n\nUsage: wget /,
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
  expect(await text(m, 'wget -nv -O /tmp/n http://127.0.0.1:8081/')).toMatch(
    /^2026-01-01 00:00:\d\d URL:http:\/\/127\.0\.0\.1:8081\/ \[12\/12\] -> "\/tmp\/n" \[1\]\n$/,
  );
  expect(await text(m, 'wget -nc http://127.0.0.1:8081/')).toBe('wget: option -nc is not modelled\nrc 2\n');
  expect(await text(m, '/bb/wget -o /tmp/log http://127.0.0.1:9/')).toBe('rc 1\n');
  expect(m.read('/tmp/log')).toBe(
    "Connecting to 127.0.0.1:9 (127.0.0.1:9)\nwget: can't connect to remote host (127.0.0.1): Connection refused\n",
  );
  expect(await text(m, '/bb/httpd -f -p 8081')).toBe('httpd: bind: Address already in use\nrc 1\n');
});

test('nginx reads its configuration, logs and stops', async () => {
  const m = machine();
  m.write(
    '/etc/nginx/nginx.conf',
    'user nginx;\nerror_log /var/log/nginx/error.log notice;\nevents {}\nhttp { log_format main \'$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for"\'; access_log /var/log/nginx/access.log main; types { text/html html; } include /etc/nginx/conf.d/*.conf; }\n',
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

test('curl transfers, follows, fails and reports as curl does', async () => {
  const m = machine();
  m.write('/srv/index.html', '<h1>hi</h1>\n');
  m.write('/srv/sub/index.html', 'sub\n');
  await m.run(['ip', 'link', 'set', 'lo', 'up']);
  await text(m, '/bb/httpd -p 8081 -h /srv');
  expect(await text(m, 'curl -s http://127.0.0.1:8081/')).toBe('<h1>hi</h1>\n');
  expect(await text(m, 'curl -sS http://localhost:8080')).toBe(
    "curl: (7) Failed to connect to localhost port 8080 after 0 ms: Couldn't connect to server\nrc 7\n",
  );
  expect(await text(m, 'curl -s http://localhost:9')).toBe('rc 7\n');
  expect(await text(m, 'curl -sS nosuchhost.example')).toBe(
    'curl: (6) Could not resolve host: nosuchhost.example\nrc 6\n',
  );
  expect(await text(m, 'curl -sSf http://127.0.0.1:8081/nope')).toBe(
    'curl: (22) The requested URL returned error: 404\nrc 22\n',
  );
  expect(
    await text(m, 'curl -s -o /dev/null -w %{http_code},%{size_download}\\n http://127.0.0.1:8081/'),
  ).toBe('200,12\n');
  expect(await text(m, 'curl -sL http://127.0.0.1:8081/sub')).toBe('sub\n');
  expect(await text(m, 'curl -sI http://127.0.0.1:8081/')).toMatch(
    /^HTTP\/1\.1 200 OK\r\nDate: [^\r]+ GMT\r\nConnection: close\r\nContent-type: text\/html\r\nAccept-Ranges: bytes\r\nLast-Modified: [^\r]+\r\nETag: "[0-9a-f]+-c"\r\nContent-Length: 12\r\n\r\n$/,
  );
  expect(await text(m, 'curl --frob')).toBe(
    "curl: option --frob: is unknown\ncurl: try 'curl --help' or 'curl --manual' for more information\nrc 2\n",
  );
  expect(await text(m, 'curl --retry 3 http://localhost')).toBe(
    "curl: option --retry: is not simulated\ncurl: try 'curl --help' or 'curl --manual' for more information\nrc 2\n",
  );
  expect(await text(m, 'curl -sS foo://x')).toBe(
    'curl: (1) Protocol "foo" not supported or disabled in libcurl\nrc 1\n',
  );
  const verbose = await text(m, 'curl -sv http://127.0.0.1:8081/');
  expect(verbose).toContain(
    '*   Trying 127.0.0.1:8081...\n* Connected to 127.0.0.1 (127.0.0.1) port 8081 (#0)\n> GET / HTTP/1.1\n> Host: 127.0.0.1:8081\n> User-Agent: curl/7.88.1\n> Accept: */*\n> \n< HTTP/1.1 200 OK\n',
  );
});

test('nc carries standard input; nslookup asks a server', async () => {
  const m = machine();
  await m.run(['ip', 'link', 'set', 'lo', 'up']);
  const heard = await background(m, '/bb/nc', '-l', '-p', '9999');
  expect((await m.run(['/bb/nc', '127.0.0.1', '9999'], { stdin: 'hello\n' })).exit).toBe(0);
  expect(heard()).toBe('hello\n');
  expect(await text(m, '/bb/nc 127.0.0.1 9')).toBe(
    "nc: can't connect to remote host (127.0.0.1): Connection refused\nrc 1\n",
  );
  expect(await text(m, '/bb/nslookup foo 127.0.0.1')).toBe(
    ";; connection timed out; no servers could be reached\n\nnslookup: write to '127.0.0.1': Connection refused\nrc 1\n",
  );
});

test('iptables builds, lists and refuses', async () => {
  const m = machine();
  expect(await text(m, 'iptables -t nat -N DOCKER')).toBe('');
  await text(m, 'iptables -t nat -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE');
  await text(
    m,
    'iptables -t nat -A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80',
  );
  // Options may stand together, and values right behind theirs (getopt(3)).
  expect(await text(m, 'iptables -tnat -vnL')).toBe(await text(m, 'iptables -t nat -v -n -L'));
  expect(await text(m, 'iptables -t nat -S')).toBe(
    '-P PREROUTING ACCEPT\n-P INPUT ACCEPT\n-P OUTPUT ACCEPT\n-P POSTROUTING ACCEPT\n-N DOCKER\n' +
      '-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE\n' +
      '-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80\n',
  );
  expect(await text(m, 'iptables -t nat -L POSTROUTING -n')).toBe(
    'Chain POSTROUTING (policy ACCEPT)\ntarget     prot opt source               destination         \n' +
      'MASQUERADE  0    --  172.17.0.0/16        0.0.0.0/0           \n',
  );
  await text(m, 'iptables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER');
  expect(await text(m, 'iptables -t nat -L PREROUTING -n -v --line-numbers')).toBe(
    'Chain PREROUTING (policy ACCEPT 0 packets, 0 bytes)\nnum   pkts bytes target     prot opt in     out     source               destination         \n' +
      '1        0     0 DOCKER     0    --  *      *       0.0.0.0/0            0.0.0.0/0            ADDRTYPE match dst-type LOCAL\n',
  );
  expect(await text(m, 'iptables -t nat -L DOCKER -n -v')).toBe(
    'Chain DOCKER (1 references)\n pkts bytes target     prot opt in     out     source               destination         \n' +
      '    0     0 DNAT       6    --  !docker0 *       0.0.0.0/0            0.0.0.0/0            tcp dpt:8080 to:172.17.0.2:80\n',
  );
  expect(await text(m, 'iptables -N DOCKER -t nat')).toBe('iptables: Chain already exists.\nrc 1\n');
  expect(await text(m, 'iptables -D INPUT -j DROP')).toBe(
    'iptables: Bad rule (does a matching rule exist in that chain?).\nrc 1\n',
  );
  expect(await text(m, 'iptables -A NOPE -j DROP')).toBe(
    'iptables: No chain/target/match by that name.\nrc 1\n',
  );
});

test('ss, netstat, route and ifconfig show sockets, routes and devices', async () => {
  const m = machine();
  await m.run(['ip', 'link', 'set', 'lo', 'up']);
  await background(m, '/bb/nc', '-l', '-p', '9999');
  expect(await text(m, 'ss -ltn')).toBe(
    'State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n' +
      'LISTEN 0      511                *:9999            *:*          \n',
  );
  expect(await text(m, '/bb/netstat -ltn')).toBe(
    'Active Internet connections (only servers)\n' +
      'Proto Recv-Q Send-Q Local Address           Foreign Address         State       \n' +
      'tcp6       0      0 :::9999                 :::*                    LISTEN      \n',
  );
  await text(m, 'ip link add d0 type dummy');
  await text(m, 'ip addr add 10.9.0.1/24 dev d0');
  await text(m, 'ip link set d0 up');
  await text(m, 'ip route add default via 10.9.0.254');
  expect(await text(m, '/bb/route -n')).toBe(
    'Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\n' +
      '0.0.0.0         10.9.0.254      0.0.0.0         UG    0      0        0 d0\n' +
      '10.9.0.0        0.0.0.0         255.255.255.0   U     0      0        0 d0\n',
  );
  expect(await text(m, '/bb/ifconfig lo')).toContain(
    'lo        Link encap:Local Loopback  \n          inet addr:127.0.0.1  Mask:255.0.0.0\n          inet6 addr: ::1/128 Scope:Host\n          UP LOOPBACK RUNNING  MTU:65536  Metric:1\n',
  );
});
