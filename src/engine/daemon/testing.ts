import type { ByteStream } from '../base/byte-stream.ts';
import { concat, decode, encode } from '../base/bytes.ts';
import { encodeExecutable } from '../base/executable.ts';
import { seededRandom } from '../base/random.ts';
import { fdStream } from '../kernel/fd-stream.ts';
import type { Process, Program } from '../kernel/program.ts';
import { bootTestMachine, type TestMachine } from '../kernel/testing.ts';
import { decodeMessage, encodeMessage, query, type RecordType } from '../net/dns/message.ts';
import { readAll } from '../net/http/body.ts';
import { request } from '../net/http/client.ts';
import type { HttpClientResponse } from '../net/http/message.ts';
import { serve } from '../net/http/server.ts';
import { describe as descriptorOf } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { ExecutionConfig, ImageConfig } from '../oci/image-config.ts';
import { entry, type LayerEntry } from '../oci/layer/entry.ts';
import { packLayer } from '../oci/layer/layer.ts';
import { serialize } from '../oci/manifest.ts';
import { OCI } from '../oci/media-type.ts';
import { shelfOf, sourcedStore } from '../registry/memory-store.ts';
import { registry } from '../registry/registry.ts';
import type { RegistryIndex } from '../registry/store.ts';
import { runtimePrograms } from '../runtime/programs.ts';
import { dockerd } from './dockerd.ts';

/** A machine with dockerd running and a registry at 127.0.0.1:5000. For tests only. */
export interface Docker {
  machine: TestMachine;
  /** Asks the API; the answer's body as text. */
  api(method: string, target: string, body?: object): Promise<Answer>;
  /** Asks, and hands the connection or the body to `use`. */
  raw<T>(
    method: string,
    target: string,
    options: RawOptions,
    use: (answer: HttpClientResponse) => Promise<T>,
  ): Promise<T>;
  pull(name: string, tag?: string): Promise<Answer>;
}

export interface Answer {
  status: number;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect
  json: any;
}

export interface RawOptions {
  body?: object;
  upgrade?: boolean;
}

/** Programs of the test image, each an executable of its name in /bin. */
export const TOOLS: Record<string, Program> = {
  true: async () => 0,
  echo: async ({ sys, argv }) => {
    await sys.write(1, encode(`${argv.slice(1).join(' ')}\n`));
    return 0;
  },
  fail: async ({ sys, argv }) => {
    await sys.write(2, encode('failing\n'));
    return Number(argv[1] ?? 1);
  },
  cat: async ({ sys, argv }) => {
    const fd = argv[1] === undefined ? 0 : await sys.open(argv[1], 0);
    for (;;) {
      const bytes = await sys.read(fd, 4096);
      if (bytes.length === 0) return 0;
      await sys.write(1, bytes);
    }
  },
  sleep: async ({ sys, argv }) => {
    await sys.nanosleep(Number(argv[1]) * 1000);
    return 0;
  },
  /** Ends at SIGTERM, as a well-mannered server. */
  server: async ({ sys }) => {
    const stopped = new Promise<number>((resolve) => void sys.sigaction('SIGTERM', () => resolve(7)));
    await sys.write(1, encode('ready\n'));
    return stopped;
  },
  env: async ({ sys, env }) => {
    await sys.write(1, encode([...env].map(([name, value]) => `${name}=${value}\n`).join('')));
    return 0;
  },
  touch: async ({ sys, argv }) => {
    await sys.close(await sys.open(argv[1]!, 0o101, 0o644));
    return 0;
  },
  ls: async ({ sys, argv }) => {
    const entries = await sys.getdents(await sys.open(argv[1] ?? '/', 0));
    await sys.write(
      1,
      encode(
        entries
          .map(({ name }) => `${name}\n`)
          .sort()
          .join(''),
      ),
    );
    return 0;
  },
  pids: async ({ sys }) => {
    const entries = await sys.getdents(await sys.open('/proc', 0));
    await sys.write(
      1,
      encode(`${sys.getpid()} ${entries.filter(({ name }) => /^\d+$/.test(name)).map(({ name }) => name)}\n`),
    );
    return 0;
  },
  /** Asks the embedded name server. */
  ask: async ({ sys, argv }) => {
    const fd = await sys.socket('inet', 'dgram');
    await sys.connect(fd, { family: 'inet', address: '127.0.0.11', port: 53 });
    await sys.write(fd, encodeMessage(query(1, argv[1]!, argv[2] as RecordType)));
    const answer = decodeMessage((await sys.recvfrom(fd, 4096)).data)!;
    const found = answer.answers.map(({ data }) => data).join();
    await sys.write(1, encode(`${answer.code === 'NOERROR' ? found : answer.code}\n`));
    return 0;
  },
  tty: async ({ sys }) => {
    const [isTty, name] = [await sys.isatty(0), await sys.readlink('/proc/self/fd/0')];
    await sys.write(1, encode(`${isTty} ${name}\n`));
    return 0;
  },
};

const image = (tag: string, config: ExecutionConfig, more: LayerEntry[] = []) => ({ tag, config, more });

const IMAGES = [
  image('latest', { Cmd: ['echo', 'default'], Env: ['A=image'] }),
  image('server', { Cmd: ['server'], ExposedPorts: { '80/tcp': {} }, Labels: { role: 'web' } }, [
    entry('srv/page', 'file', { extents: [{ offset: 0, bytes: encode('page\n') }] }),
  ]),
];

/** Boots the machine and waits for the daemon's socket. */
export async function bootDocker(files: Record<string, string> = {}): Promise<Docker> {
  let serveHub: Program = async () => 0;
  const calls: ((process: Process) => Promise<void>)[] = [];
  let wake = () => {};
  const client: Program = async (process) => {
    for (;;) {
      while (calls.length > 0) void calls.shift()!(process);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const machine = bootTestMachine({
    programs: {
      ...Object.fromEntries([...runtimePrograms()].map(([name, program]) => [`/usr/bin/${name}`, program])),
      '/usr/bin/dockerd': dockerd,
      hub: (process) => serveHub(process),
      client,
      ...TOOLS,
    },
    files: {
      '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n',
      '/etc/group': 'root:x:0:\ndocker:x:999:\n',
      '/etc/hosts': '127.0.0.1 localhost\n',
      '/etc/resolv.conf': 'nameserver 10.0.2.3\n',
      '/var/lib/': '',
      '/run/': '',
      ...files,
    },
  });
  serveHub = hubProgram();
  start(machine, '/bin/hub');
  start(machine, '/usr/bin/dockerd');
  start(machine, '/bin/client');
  await machine.runUntil(() => machine.faults.length > 0 || exists(machine, '/run/docker.sock'));
  if (machine.faults.length > 0) throw machine.faults[0];

  const within = async <T>(body: (process: Process) => Promise<T>): Promise<T> => {
    let outcome: { value: T } | { error: unknown } | undefined;
    calls.push(async (process) => {
      try {
        outcome = { value: await body(process) };
      } catch (error) {
        outcome = { error };
      }
    });
    wake();
    await machine.runUntil(() => outcome !== undefined || machine.faults.length > 0);
    if (machine.faults.length > 0) throw machine.faults.shift();
    if (outcome === undefined || 'error' in outcome) throw outcome?.error;
    return outcome.value;
  };
  const raw: Docker['raw'] = (method, target, { body, upgrade }, use) =>
    within(async ({ sys }) => {
      const fd = await sys.socket('unix', 'stream');
      await sys.connect(fd, { family: 'unix', path: '/var/run/docker.sock' });
      const stream = fdStream(sys, fd);
      const answer = await request(stream, {
        method,
        target,
        host: 'docker',
        headers: [
          ...(body ? ([['Content-Type', 'application/json']] as const) : []),
          ...(upgrade
            ? ([
                ['Connection', 'Upgrade'],
                ['Upgrade', 'tcp'],
              ] as const)
            : []),
        ],
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      try {
        return await use(answer);
      } finally {
        await stream.close();
      }
    });
  const api: Docker['api'] = (method, target, body) =>
    raw(method, target, body ? { body } : {}, async (answer) => {
      const text = decode(await readAll(answer.body));
      return { status: answer.status, text, json: parse(text) };
    });
  return {
    machine,
    raw,
    api,
    pull: (name, tag = 'latest') =>
      api('POST', `/v1.51/images/create?fromImage=localhost:5000/${name}&tag=${tag}`),
  };
}

/** All that a connection gives until its end. */
export async function drain(stream: ByteStream): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let chunk = await stream.read(); chunk !== null; chunk = await stream.read()) chunks.push(chunk);
  return concat(chunks);
}

function start(machine: TestMachine, path: string): void {
  machine.kernel.spawn({
    path,
    argv: [path.slice(path.lastIndexOf('/') + 1)],
    env: new Map([['PATH', '/usr/bin:/bin']]),
    cwd: '/',
  });
}

function exists(machine: TestMachine, path: string): boolean {
  try {
    machine.read(path);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'ENXIO';
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A registry with the test images under `tools`, and as a mirror of the Hub would have them. */
function hubProgram(): Program {
  const blobs = new Map<Digest, Uint8Array>();
  const index: RegistryIndex = { repositories: { tools: { tags: {}, manifests: {}, blobs: [] } }, sizes: {} };
  const repository = index.repositories['tools']!;
  const put = (mediaType: string, bytes: Uint8Array) => {
    const descriptor = descriptorOf(mediaType, bytes);
    blobs.set(descriptor.digest, bytes);
    index.sizes[descriptor.digest] = bytes.length;
    return descriptor;
  };
  const base = packLayer([
    entry('bin', 'directory'),
    ...Object.keys(TOOLS).map((name) =>
      entry(`bin/${name}`, 'file', {
        mode: 0o755,
        size: 4096,
        extents: [{ offset: 0, bytes: encodeExecutable(name) }],
      }),
    ),
    entry('etc', 'directory'),
    entry('etc/passwd', 'file', {
      extents: [
        { offset: 0, bytes: encode('root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000::/home/user:/bin/sh\n') },
      ],
    }),
    entry('etc/plain', 'file', { extents: [{ offset: 0, bytes: encode('text\n') }] }),
    entry('tmp', 'directory', { mode: 0o1777 }),
  ]);
  for (const { tag, config, more } of IMAGES) {
    const layers = [base, ...(more.length > 0 ? [packLayer(more)] : [])];
    for (const layer of layers) repository.blobs.push(put(OCI.layerGzip, layer.blob).digest);
    const document: ImageConfig = {
      created: '2026-11-01T00:00:00Z',
      architecture: 'amd64',
      os: 'linux',
      config,
      rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
      history: layers.map(() => ({ created: '2026-11-01T00:00:00Z', created_by: 'made for a test' })),
    };
    const configuration = put(OCI.config, serialize(document));
    repository.blobs.push(configuration.digest);
    const manifest = put(
      OCI.manifest,
      serialize({
        schemaVersion: 2,
        mediaType: OCI.manifest,
        config: configuration,
        layers: layers.map(({ descriptor }) => descriptor),
      }),
    );
    repository.tags[tag] = manifest.digest;
    repository.manifests[manifest.digest] = OCI.manifest;
  }
  index.repositories['library/tools'] = repository;
  const handler = registry({
    store: sourcedStore(shelfOf(index), { get: async (digest) => blobs.get(digest)! }),
    random: seededRandom('registry'),
  });
  return async ({ sys }) => {
    await sys.netlink({ type: 'RTM_SETLINK', name: 'lo', change: { up: true } });
    const socket = await sys.socket('inet', 'stream');
    await sys.bind(socket, { family: 'inet', address: '127.0.0.1', port: 5000 });
    await sys.listen(socket, 16);
    for (;;) {
      const { fd } = await sys.accept(socket);
      void serve(fdStream(sys, fd), handler, {});
    }
  };
}
