import { APPLETS_DEBIAN } from './busybox-applets.ts';
import type { Recipe, Step } from './recipe.ts';
import { directories, directory, link, program, type Tree } from './tree.ts';

/**
 * The world of the recordings: five images made of BusyBox with the classic builder, pushed as schema 2. Names, flows and
 * configuration are those the recordings were made with.
 */
const DOCKER_VERSION = '20.10.24+dfsg1';

const ROOT: Tree = {
  ...Object.fromEntries(APPLETS_DEBIAN.map((name) => [`bin/${name}`, link('/bin/busybox')])),
  // So large that the layer weighs what the recorded one does, 1,985,721 bytes.
  'bin/busybox': program('busybox-debian', 1_982_225),
  'etc/group': 'root:x:0:\ndaemon:x:1:\nwww-data:x:33:\nnogroup:x:65534:\n',
  'etc/passwd':
    'root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/bin/false\nwww-data:x:33:33:www-data:/var/www:/bin/false\nnobody:x:65534:65534:nobody:/home:/bin/false\n',
  'etc/shadow': { text: 'root:*:::::::\ndaemon:*:::::::\nwww-data:*:::::::\nnobody:*:::::::\n', mode: 0o640 },
  root: directory(0o700),
  tmp: directory(0o1777),
  ...directories('dev', 'home', 'proc', 'sys', 'usr/bin', 'usr/sbin', 'var/log', 'var/www'),
};

/** As the classic builder words what is no RUN. */
const nop = (instruction: string, files?: Tree): Step => ({
  createdBy: `/bin/sh -c #(nop) ${instruction}`,
  ...(files ? { files } : {}),
});

const common = { format: 'docker', dockerVersion: DOCKER_VERSION } as const;

const busybox: Recipe = {
  ...common,
  repository: 'library/busybox',
  tags: ['1.36', 'latest'],
  created: '2026-11-21T01:44:14.113245119Z',
  steps: [
    nop('ADD file:13e0fb25531eb917d150ac54696382ad2c764536bc62802a2b25529aa62ee017 in / ', ROOT),
    nop(' CMD ["sh"]'),
  ],
  config: { Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'], Cmd: ['sh'] },
};

function alpine(tags: string[], version: string, created: string): Recipe {
  const branch = version.slice(0, version.lastIndexOf('.'));
  const release: Tree = {
    'etc/alpine-release': `${version}\n`,
    'etc/os-release': `NAME="Alpine Linux"\nID=alpine\nVERSION_ID=${version}\nPRETTY_NAME="Alpine Linux v${branch}"\n`,
  };
  return {
    ...common,
    repository: 'library/alpine',
    tags,
    created,
    from: busybox,
    steps: [
      nop(
        `COPY dir:7f1d9a5d2f0be4e3f4b7c8d3f7c0a1b2c3d4e5f60718293a4b5c6d7e8f901${tags[0]!.replace('.', '')} in /etc/ `,
        release,
      ),
      nop(' CMD ["/bin/sh"]'),
    ],
    config: { Cmd: ['/bin/sh'] },
  };
}

const WEB_ROOT = '/usr/share/nginx/html';

const nginx: Recipe = {
  ...common,
  repository: 'library/nginx',
  tags: ['1.25', 'latest'],
  created: '2026-11-21T01:44:20.390102816Z',
  from: busybox,
  steps: [
    nop(' LABEL maintainer=lab'),
    nop(' ENV NGINX_VERSION=1.25.3'),
    {
      createdBy: `/bin/sh -c mkdir -p ${WEB_ROOT} /etc/nginx`,
      files: directories('etc/nginx', 'usr/share/nginx/html'),
    },
    nop(
      `COPY file:bd5483837425954e26a325a17e42c608d46453f36a50fa6e4734f2adca8b9781 in ${WEB_ROOT}/index.html `,
      {
        'usr/share/nginx/html/index.html': '<h1>Welcome to nginx!</h1>\n',
      },
    ),
    nop(' EXPOSE 80'),
    nop(` CMD ["httpd" "-f" "-v" "-p" "80" "-h" "${WEB_ROOT}"]`),
  ],
  config: {
    Env: ['NGINX_VERSION=1.25.3'],
    Cmd: ['httpd', '-f', '-v', '-p', '80', '-h', WEB_ROOT],
    ExposedPorts: { '80/tcp': {} },
    Labels: { maintainer: 'lab' },
  },
};

const HELLO =
  '\nHello from Docker!\nThis message shows that your installation appears to be working correctly.\n\n';

const helloWorld: Recipe = {
  ...common,
  repository: 'library/hello-world',
  tags: ['latest'],
  created: '2026-11-21T01:44:22.120655012Z',
  from: busybox,
  steps: [
    nop('COPY file:d0b4a3c1e2f586978899aabbccddeeff00112233445566778899aabbccddeeff in /hello ', {
      hello: HELLO,
    }),
    nop(' CMD ["cat" "/hello"]'),
  ],
  config: { Cmd: ['cat', '/hello'] },
};

const redis: Recipe = {
  ...common,
  repository: 'library/redis',
  tags: ['7', 'latest'],
  created: '2026-11-21T01:51:02.700512394Z',
  from: busybox,
  steps: [
    { createdBy: '/bin/sh -c mkdir -p /data', files: directories('data') },
    nop(' VOLUME [/data]'),
    nop(' WORKDIR /data'),
    nop(' EXPOSE 6379'),
    nop(' CMD ["sh" "-c" "echo Ready to accept connections; exec tail -f /dev/null"]'),
  ],
  config: {
    Cmd: ['sh', '-c', 'echo Ready to accept connections; exec tail -f /dev/null'],
    ExposedPorts: { '6379/tcp': {} },
    Volumes: { '/data': {} },
    WorkingDir: '/data',
  },
};

export const oracleRecipes: readonly Recipe[] = [
  busybox,
  alpine(['3.19', 'latest'], '3.19.1', '2026-11-21T01:44:16.004318223Z'),
  alpine(['3.18'], '3.18.6', '2026-11-21T01:44:17.801127450Z'),
  nginx,
  helloWorld,
  redis,
];
