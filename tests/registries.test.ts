/** Registries around the learner: a company's, one without TLS, mirrors of the Hub, and those that one runs oneself. */
import { expect, test } from 'vitest';
import { issue, type Name, publicKeyOf, writePrivateKey } from '../src/engine/net/tls/certificate.ts';
import { writePem } from '../src/engine/net/tls/pem.ts';
import { AUTHORITY, identityOf } from '../src/engine/world/authority.ts';
import { ScriptRunner, type ScriptStep } from '../src/lab/script.ts';
import { openWorld } from '../src/node/node-host.ts';

/** Plays steps on a learner's machine that has alpine. */
async function play(...steps: (string | ScriptStep)[]): Promise<string[]> {
  const runner = new ScriptRunner(openWorld('learner'));
  await runner.prepare(['alpine']);
  const said: string[] = [];
  for (const step of steps) {
    const { stdout, stderr } = await runner.run(typeof step === 'string' ? { cmd: step } : step);
    said.push((stdout + stderr).trimEnd());
  }
  return said;
}

const lastLine = (text: string | undefined): string => text?.split('\n').at(-1) ?? '';

test('a company with an authority of its own: nobody believes it, until its certificate is in certs.d', async () => {
  const name = 'registry.example.com';
  const [, distrusted, , anonymous, wrong, login, pushed, , pulled, other, plain, catalog] = await play(
    `docker tag alpine ${name}/team/app:1`,
    `docker push ${name}/team/app:1`,
    `sudo mkdir -p /etc/docker/certs.d/${name} && curl -s http://${name}/ca.crt | sudo tee /etc/docker/certs.d/${name}/ca.crt`,
    `docker push ${name}/team/app:1`,
    `echo nonsense | docker login -u learner --password-stdin ${name}`,
    `echo drydock | docker login -u learner --password-stdin ${name}`,
    `docker push ${name}/team/app:1`,
    `docker rmi ${name}/team/app:1`,
    `docker pull -q ${name}/team/app:1`,
    `sudo cp -r /etc/docker/certs.d/${name} /etc/docker/certs.d/registry.example.org && docker pull registry.example.org/team/app:1`,
    `docker pull ${name}:80/team/app:1`,
    `docker manifest inspect ${name}/team/app:1 | head -2`,
  );
  const x509 = (host: string) => `Get "https://${host}/v2/": tls: failed to verify certificate: x509:`;
  expect(lastLine(distrusted)).toBe(`${x509(name)} certificate signed by unknown authority`);
  expect(lastLine(anonymous)).toBe('no basic auth credentials');
  expect(wrong).toBe(
    `Error response from daemon: login attempt to https://${name}/v2/ failed with status: 401 Unauthorized`,
  );
  expect(login).toContain('Login Succeeded');
  expect(lastLine(pushed)).toMatch(/^1: digest: sha256:[0-9a-f]{64} size: \d+$/);
  expect(pulled).toBe(`${name}/team/app:1`);
  expect(other).toBe(
    `Error response from daemon: ${x509('registry.example.org')} certificate is valid for registry.example.com, not registry.example.org`,
  );
  expect(plain).toBe(
    `Error response from daemon: Get "https://${name}:80/v2/": http: server gave HTTP response to HTTPS client`,
  );
  expect(catalog).toContain('"schemaVersion": 2');
});

test('without TLS only what daemon.json calls insecure is asked; the daemon reads the file again on SIGHUP', async () => {
  const [, refused, , pushed, info, , , again, broken] = await play(
    'docker tag alpine plain.example.com:5000/app',
    'docker push plain.example.com:5000/app',
    `echo '{"insecure-registries":["plain.example.com:5000"]}' | sudo tee /etc/docker/daemon.json; sudo pkill -HUP dockerd; sleep 1`,
    'docker push plain.example.com:5000/app',
    `docker info -f '{{json .RegistryConfig}}'`,
    `echo '{"insecure-registries":"x"}' | sudo tee /etc/docker/daemon.json; sudo pkill -HUP dockerd; sleep 1`,
    'docker rmi plain.example.com:5000/app',
    'docker pull -q plain.example.com:5000/app',
    'sudo dockerd --host unix:///tmp/other.sock',
  );
  expect(lastLine(refused)).toBe(
    'Get "https://plain.example.com:5000/v2/": http: server gave HTTP response to HTTPS client',
  );
  expect(lastLine(pushed)).toMatch(/^latest: digest: sha256:[0-9a-f]{64} size: \d+$/);
  expect(JSON.parse(info!)).toEqual({
    IndexConfigs: {
      'docker.io': { Mirrors: [], Name: 'docker.io', Official: true, Secure: true },
      'plain.example.com:5000': {
        Mirrors: [],
        Name: 'plain.example.com:5000',
        Official: false,
        Secure: false,
      },
    },
    InsecureRegistryCIDRs: ['::1/128', '127.0.0.0/8'],
    Mirrors: null,
  });
  expect(again).toBe('plain.example.com:5000/app:latest');
  expect(broken).toBe(
    'unable to configure the Docker daemon with file /etc/docker/daemon.json: invalid JSON: json: cannot unmarshal string into Go struct field Config.insecure-registries of type []string',
  );
});

test('mirrors are asked before the Hub, in order; one that is dead only costs time', async () => {
  const [, pulled, shown] = await play(
    `echo '{"registry-mirrors":["https://dead-mirror.example.net","https://mirror.example.net"]}' | sudo tee /etc/docker/daemon.json; sudo pkill -HUP dockerd; sleep 1`,
    'docker pull busybox',
    'docker info | grep -A2 Mirrors',
  );
  expect(lastLine(pulled)).toBe('docker.io/library/busybox:latest');
  expect(shown).toBe(' Registry Mirrors:\n  https://dead-mirror.example.net/\n  https://mirror.example.net/');
});

test('registry:2 in a container keeps what it is given in its volume', async () => {
  const said = await play(
    'docker run -d -p 5000:5000 --name registry -v images:/var/lib/registry registry:2; sleep 1',
    'docker tag alpine localhost:5000/app && docker push -q localhost:5000/app',
    'docker rm -f registry',
    'docker run -d -p 5000:5000 --name registry -v images:/var/lib/registry -e REGISTRY_STORAGE_DELETE_ENABLED=true registry:2; sleep 1',
    'curl -s localhost:5000/v2/_catalog',
    'docker logs registry 2>&1 | grep -o "level=.* msg=[^ ]* [^ ]*"',
    'digest=$(curl -sI -H "Accept: application/vnd.docker.distribution.manifest.v2+json" localhost:5000/v2/app/manifests/latest | grep Digest | cut -d" " -f2 | tr -d "\\r"); curl -s -o /dev/null -w "%{http_code}" -X DELETE localhost:5000/v2/app/manifests/$digest',
    'docker exec registry registry garbage-collect /etc/docker/registry/config.yml 2>/dev/null | grep -v "^blob"',
    'docker stop registry; docker inspect -f "{{.State.ExitCode}}" registry',
  );
  expect(lastLine(said[1])).toBe('localhost:5000/app:latest');
  expect(said[4]).toBe('{"repositories":["app"]}');
  expect(said[5]).toContain('level=warning msg="No HTTP');
  expect(said[6]).toBe('202');
  expect(said[7]).toBe('app\n\n0 blobs marked, 3 blobs and 0 manifests eligible for deletion');
  expect(said[8]).toBe('registry\n2');
});

test('registry:2 with a password file and a certificate, and as a cache of the Hub', async () => {
  const { chain, key } = identityOf(['drydock']);
  const said = await play(
    { write: '/home/learner/domain.crt', content: writePem({ label: 'CERTIFICATE', bytes: chain[0]! }) },
    { write: '/home/learner/domain.key', content: writePrivateKey(key) },
    // printed by `htpasswd -Bbn student secret`
    {
      write: '/home/learner/htpasswd',
      content: 'student:$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n',
    },
    'docker run -d --name secure -p 5443:5000 -v "$PWD:/etc/secrets:ro" -e REGISTRY_HTTP_TLS_CERTIFICATE=/etc/secrets/domain.crt -e REGISTRY_HTTP_TLS_KEY=/etc/secrets/domain.key -e REGISTRY_AUTH=htpasswd -e REGISTRY_AUTH_HTPASSWD_REALM=Realm -e REGISTRY_AUTH_HTPASSWD_PATH=/etc/secrets/htpasswd registry:2; sleep 1',
    'echo secret | docker login -u student --password-stdin drydock:5443',
    'docker tag alpine drydock:5443/app && docker push -q drydock:5443/app',
    'curl -s http://drydock:5443/v2/',
    'docker logs secure 2>&1 | tail -1',
    'docker run -d --name cache -p 5001:5000 -e REGISTRY_PROXY_REMOTEURL=https://registry-1.docker.io registry:2; sleep 1',
    'docker pull -q localhost:5001/library/busybox',
    'docker exec cache ls /var/lib/registry/docker/registry/v2/repositories/library',
    'docker push localhost:5001/library/busybox',
  );
  expect(said[4]).toContain('Login Succeeded');
  expect(lastLine(said[5])).toBe('drydock:5443/app:latest');
  expect(said[6]).toBe('Client sent an HTTP request to an HTTPS server.');
  expect(said[7]).toMatch(
    /http: TLS handshake error from .*: client sent an HTTP request to an HTTPS server$/,
  );
  expect(lastLine(said[9])).toBe('localhost:5001/library/busybox:latest');
  expect(said[10]).toBe('busybox');
  expect(lastLine(said[11])).toBe('unsupported: The operation is unsupported.');
});

test('curl and wget speak TLS with registries, and believe whom the machine believes', async () => {
  const [, ...said] = await play(
    'curl -s -o ca.crt http://registry.example.com/ca.crt',
    'curl -sI https://registry-1.docker.io/v2/ | tr -d "\\r" | grep -i -e ^HTTP -e ^WWW-Auth',
    'token=$(curl -s "https://auth.docker.io/token?service=registry.docker.io&scope=repository:library/alpine:pull" | cut -d\\" -f4); curl -s -o /dev/null -w "%{http_code} %{content_type}" -H "Authorization: Bearer $token" https://registry-1.docker.io/v2/library/alpine/manifests/latest',
    'curl -s -S https://registry.example.com/v2/ 2>&1 | head -1',
    'curl -s -S https://plain.example.com/v2/ 2>&1',
    'curl -s -S --cacert ca.crt https://registry.example.org/v2/ 2>&1 | head -1',
    'curl -s --cacert ca.crt -u student:wrong -o /dev/null -w "%{http_code}" https://registry.example.com/v2/',
    'curl -s -S --cacert /etc/hostname https://registry.example.com/v2/ 2>&1',
    'curl -sk -o /dev/null -w "%{http_code}" https://registry.example.org/v2/',
    'wget -nv -O - https://registry.example.org/v2/ 2>&1; echo $?',
    'wget -nv -O - https://plain.example.com/v2/ 2>&1; echo $?',
    'docker run --rm busybox wget -q -O - https://registry.example.com/v2/ 2>&1 | tail -2',
    'docker run --rm alpine wget -q -O - https://registry.example.com/v2/ 2>&1 | tail -1',
    'docker run --rm alpine wget -q -O - https://mirror.example.net/v2/',
  );
  expect(said).toEqual([
    'HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm="https://auth.docker.io/token",service="registry.docker.io"',
    '200 application/vnd.oci.image.index.v1+json',
    'curl: (60) SSL certificate problem: unable to get local issuer certificate',
    'curl: (35) OpenSSL/3.0.19: error:0A00010B:SSL routines::wrong version number',
    "curl: (60) SSL: no alternative certificate subject name matches target host name 'registry.example.org'",
    '401',
    'curl: (77) error setting certificate file: /etc/hostname',
    '401',
    "ERROR: The certificate of ‘registry.example.org’ is not trusted.\nERROR: The certificate of ‘registry.example.org’ doesn't have a known issuer.\nThe certificate's owner does not match hostname ‘registry.example.org’\n5",
    'GnuTLS: An unexpected TLS packet was received.\nUnable to establish SSL connection.\n4',
    'wget: note: TLS certificate validation not implemented\nwget: server returned error: HTTP/1.1 401 Unauthorized',
    'wget: error getting response: Connection reset by peer',
    '{}',
  ]);
});

test('curl and wget say what is wrong with a certificate, or with having none', async () => {
  const key = new Uint8Array(32).fill(7);
  const [subject, year] = [[['CN', 'drydock']] as const, (n: number) => Date.UTC(n, 0, 1)];
  const signed = (by: { subject: Name; key: Uint8Array }, notBefore: number, notAfter: number) =>
    writePem({
      label: 'CERTIFICATE',
      bytes: issue(
        { serial: Uint8Array.of(9), subject, notBefore, notAfter, names: ['drydock'], authority: false },
        publicKeyOf(key),
        by,
      ),
    });
  const servers = {
    self: signed({ subject, key }, year(2024), year(2044)),
    old: signed(AUTHORITY, year(2024), year(2025)),
    early: signed(AUTHORITY, year(2040), year(2044)),
    asks: signed(AUTHORITY, year(2024), year(2044)),
  };
  const secrets = '-v "$PWD:/s:ro" -e REGISTRY_HTTP_TLS_KEY=/s/key';
  const start = (name: string, port: number, more = '') =>
    `docker run -d --name ${name} -p ${port}:5000 ${secrets} -e REGISTRY_HTTP_TLS_CERTIFICATE=/s/${name} ${more} registry:2`;
  const said = await play(
    { write: '/home/learner/key', content: writePrivateKey(key) },
    ...Object.entries(servers).map(([name, content]) => ({ write: `/home/learner/${name}`, content })),
    start('self', 5001),
    start('old', 5002),
    start('early', 5003),
    `${start('asks', 5004, '-e REGISTRY_HTTP_TLS_CLIENTCAS="[/s/asks]"')}; sleep 1`,
    'for p in 5001 5002 5003 5004; do curl -sS https://drydock:$p/v2/ 2>&1 | head -1; done',
    'curl -kvs https://drydock:5001/v2/ 2>&1 | grep verify',
    'for p in 5001 5002 5003 5004; do wget -nv -O - https://drydock:$p/v2/ 2>&1; echo $?; done',
    'wget -q --no-check-certificate -O - https://drydock:5002/v2/',
  );
  expect(said.slice(-4)).toEqual([
    `curl: (60) SSL certificate problem: self-signed certificate
curl: (60) SSL certificate problem: certificate has expired
curl: (60) SSL certificate problem: certificate is not yet valid
curl: (56) OpenSSL SSL_read: OpenSSL/3.0.19: error:0A00045C:SSL routines::tlsv13 alert certificate required, errno 0`,
    '*  SSL certificate verify result: self-signed certificate (18), continuing anyway.',
    `ERROR: The certificate of ‘drydock’ is not trusted.
ERROR: The certificate of ‘drydock’ doesn't have a known issuer.
5
ERROR: The certificate of ‘drydock’ is not trusted.
ERROR: The certificate of ‘drydock’ has expired.
The certificate has expired
5
ERROR: The certificate of ‘drydock’ is not trusted.
ERROR: The certificate of ‘drydock’ is not yet activated.
The certificate has not yet been activated
5
4`,
    '{}',
  ]);
});

test('a list of two architectures, put together here: each machine that pulls it gets its own', async () => {
  const at = 'localhost:5000/app';
  const said = await play(
    'docker run -d -p 5000:5000 --name registry registry:2 > /dev/null; sleep 1',
    `for a in amd64 arm64; do docker pull -q --platform linux/$a alpine:3.20; docker tag alpine:3.20 ${at}:$a; docker push -q ${at}:$a; done`,
    `docker manifest create --insecure ${at}:1 ${at}:amd64 ${at}:arm64 && docker manifest push --insecure -p ${at}:1; ls -A ~/.docker/manifests`,
    `docker manifest inspect --insecure ${at}:1 | grep architecture`,
    `for a in amd64 arm64; do docker pull -q --platform linux/$a ${at}:1; docker inspect -f '{{.Architecture}}' ${at}:1; done`,
  );
  expect(said[2]).toMatch(new RegExp(`^Created manifest list ${at}:1\nsha256:[0-9a-f]{64}$`));
  expect(said[3]!.match(/\w+(?=",$)/gm)).toEqual(['amd64', 'arm64']);
  expect(said[4]).toBe(`${at}:1\namd64\n${at}:1\narm64`);
});
