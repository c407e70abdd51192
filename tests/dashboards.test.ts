import { expect, test } from 'vitest';
import { ScriptRunner } from '../src/lab/script.ts';
import { openWorld } from '../src/node/node-host.ts';

/** Programs in containers that were given the daemon's socket. */
async function machine() {
  const runner = new ScriptRunner(openWorld('learner'));
  await runner.prepare([]);
  return async (cmd: string) => {
    const { stdout, stderr } = await runner.run({ cmd });
    return `${stdout}${stderr}`;
  };
}

const SOCKET = '-v /var/run/docker.sock:/var/run/docker.sock';

test('traefik finds by their labels where requests go, and containers that come and go', async () => {
  const run = await machine();
  await run(
    `docker run -d --name proxy -p 80:80 -p 8080:8080 ${SOCKET} traefik --providers.docker --api.insecure=true`,
  );
  await run(
    "docker run -d --name shop -l 'traefik.http.routers.shop.rule=Host(`shop.local`)' -l traefik.http.services.shop.loadbalancer.server.port=80 httpd; sleep 1",
  );
  const ask = (host: string) => run(`curl -s -o /dev/null -w '%{http_code}' -H 'Host: ${host}' localhost`);
  expect(await run("curl -s -H 'Host: shop.local' localhost")).toContain('It works!');
  expect(await ask('elsewhere')).toBe('404');
  for (const name of ['one', 'two'])
    await run(
      `docker run -d --name ${name} -l 'traefik.http.routers.w.rule=Path(\`/who\`)' -l traefik.http.services.w.loadbalancer.server.port=80 traefik/whoami; sleep 1`,
    );
  const names = await run(
    'for i in 1 2 3 4; do curl -s localhost/who | grep Hostname; done | sort | uniq -c',
  );
  expect(names.match(/^ +2 Hostname: [0-9a-f]{12}$/gm)).toHaveLength(2);
  expect(await run('curl -s localhost:8080/api/http/routers | jq -r .[].name')).toContain('shop@docker');
  await run('docker rm -f shop');
  expect(await ask('shop.local')).toBe('404');
  expect(await run('docker run --rm traefik --certificatesresolvers.x.acme.email=a@b.c')).toContain(
    'is not simulated in Drydock',
  );
});

test('traefik asks the network that it is told, pings, and heeds a provider that is off', async () => {
  const run = await machine();
  await run('docker network create front; docker network create back');
  await run("docker create --name shop --network back -l 'traefik.http.routers.s.rule=Path(`/`)' httpd");
  await run('docker network connect front shop; docker start shop');
  const proxy = (name: string, port: number, options: string) =>
    run(
      `docker run -d --name ${name} --network front -p ${port}:80 -p ${port + 1}:8080 ${SOCKET} traefik ${options}; sleep 1`,
    );
  const status = (url: string) => run(`curl -s -m 5 -o /dev/null -w '%{http_code}' localhost:${url}`);
  await proxy('by-network', 81, '--providers.docker.network=front --ping');
  expect(await status('81/')).toBe('200');
  expect(await run('curl -s localhost:82/ping')).toBe('OK');
  expect(await status('82/api/http/routers')).toBe('404');
  await proxy('elsewhere', 83, '--providers.docker.network=back');
  expect(await status('83/')).not.toBe('200');
  await proxy('off', 85, '--providers.docker=false');
  expect(await status('85/')).toBe('404');
  await proxy('lost', 87, '--providers.docker.network=nix --log.level=INFO');
  await status('87/');
  expect(await run('docker logs lost')).toContain(
    ` WRN Could not find network named "nix" for container "/shop".`,
  );
});

test('the page of portainer lists what the daemon has, and says how to give it the socket', async () => {
  const run = await machine();
  await run(`docker run -d -p 9000:9000 ${SOCKET} --name look portainer/portainer-ce`);
  await run('docker run -d -p 9001:9000 --name blind portainer/portainer-ce; sleep 1');
  expect(await run('curl -s localhost:9000')).toContain('<td>blind</td>');
  expect(await run('curl -s localhost:9001')).toContain(
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.',
  );
});

test('the desktop is a page, and an image that nobody has built for years', async () => {
  const run = await machine();
  await run('docker run -d -p 6080:80 dorowu/ubuntu-desktop-lxde-vnc; sleep 1');
  expect(await run('curl -s localhost:6080')).toContain('This is where the desktop would be');
  expect(await run("docker image inspect -f '{{.Created}}' dorowu/ubuntu-desktop-lxde-vnc")).toMatch(
    /^2020-/,
  );
});
