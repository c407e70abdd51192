import { encode } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import { seededRandom } from '../../base/random.ts';
import { uuid } from '../../base/uuid.ts';
import { Repository } from '../../distribution/repository.ts';
import { alertText, systemRoots } from '../../distribution/tls.ts';
import { Transport } from '../../distribution/transport.ts';
import { O_CREAT, O_EXCL, O_WRONLY } from '../../kernel/fcntl.ts';
import type { Process } from '../../kernel/program.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { serve } from '../../net/http/server.ts';
import { parseCertificate, readPrivateKey } from '../../net/tls/certificate.ts';
import type { AcceptOptions } from '../../net/tls/connection.ts';
import { certificatesIn } from '../../net/tls/pem.ts';
import { AlertReceived, NotTls } from '../../net/tls/record.ts';
import { serveTls } from '../../net/tls/serve.ts';
import { problemsOf } from '../../net/tls/verify.ts';
import { toHex } from '../../oci/digest.ts';
import { basicAccess, openAccess } from '../../registry/access.ts';
import { REGISTRIES, type RegistryModel } from '../../registry/contents.ts';
import { FileStore } from '../../registry/file-store.ts';
import { memoryStore } from '../../registry/memory-store.ts';
import { PushRecord } from '../../registry/push-record.ts';
import { registry } from '../../registry/registry.ts';
import { readFile, writeAll } from '../lib/stdio.ts';
import { listenOn, serveConnections, shownAddress } from '../net/serve-connections.ts';
import type { Configuration } from './configuration.ts';
import { base64Url, checkPassword, hashPassword } from './htpasswd.ts';
import { type Fields, Log } from './log.ts';
import { logged } from './logged.ts';
import { proxyStore } from './proxy-store.ts';

/** Why the program cannot go on. */
export class Fatal extends Error {}

const CIPHERS =
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_AES_128_GCM_SHA256,TLS_CHACHA20_POLY1305_SHA256,TLS_AES_256_GCM_SHA384';

/** Serves as configured until its socket is closed. Models distribution registry/registry.go. Throws `Fatal`. */
export async function runServer(
  process: Process,
  configuration: Configuration,
  version: string,
): Promise<void> {
  const { sys } = process;
  const { htpasswd, proxy, readOnly, deletion, accessLog, headers } = configuration;
  const log = new Log(sys, version, configuration.level);
  const fields: Fields = { 'instance.id': uuid(toHex(sys.getrandom(16))), ...configuration.fields, version };
  const random = seededRandom(toHex(sys.getrandom(16)));
  const say = (message: string) => log.write('info', message, fields);

  if (!configuration.secret)
    await log.write(
      'warn',
      'No HTTP secret provided - generated random secret. This may cause problems with uploads if multiple registries are behind a load-balancer. To provide a shared secret, fill in http.secret in the configuration file or set the REGISTRY_HTTP_SECRET environment variable.',
      fields,
    );
  await say('redis not configured');
  if (configuration.cache) await say('using inmemory blob descriptor cache');
  if (proxy !== undefined) await say('Starting cached object TTL expiration scheduler...');
  await say(`Starting upload purge in ${random.below(60)}m0s`);
  if (htpasswd !== undefined) await provideUser(sys, htpasswd.path, log);
  if (proxy !== undefined) {
    await say(`Registry configured as a proxy cache to ${proxy.url}`);
    await log.write(
      'warn',
      'Registry does not implement RempositoryRemover. Will not be able to delete repos and tags',
      fields,
    );
  }

  const { root } = configuration;
  const { host, port } = addressOf(configuration.address);
  const kept = memoryStore();
  const local = root === undefined ? kept : new FileStore(sys, root);
  const record = new PushRecord(() => sys.clock_gettime());
  process.publish(REGISTRIES, (): RegistryModel[] => [
    {
      address: { port },
      contents: () => (root === undefined ? kept.contents() : { root }),
      pushes: record.pushes,
    },
  ]);
  const writes = ['POST', 'PATCH', 'PUT', 'DELETE'] as const;
  const handler = registry({
    store: proxy === undefined ? local : proxyStore(local, await remote(sys, proxy)),
    random,
    record,
    disabled: readOnly || proxy !== undefined ? writes : deletion ? [] : ['DELETE'],
    tagOrder: version.startsWith('2.') ? 'stored' : 'lexical',
    tls: configuration.tls !== undefined,
    access:
      htpasswd === undefined
        ? openAccess
        : basicAccess(htpasswd.realm, (user, password) => checkPassword(sys, htpasswd.path, user, password)),
  });
  let listener: number;
  try {
    listener = await listenOn(sys, port, host);
  } catch (error) {
    if (!isErrno(error, 'EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL')) throw error;
    const why = {
      EADDRINUSE: 'address already in use',
      EACCES: 'permission denied',
      EADDRNOTAVAIL: 'cannot assign requested address',
    };
    throw new Fatal(`listen tcp ${configuration.address}: bind: ${why[error.code as keyof typeof why]}`);
  }
  let tls: AcceptOptions | undefined;
  if (configuration.tls !== undefined) {
    await say('restricting TLS version to tls1.2 or higher');
    await say(`restricting TLS cipher suites to: ${CIPHERS}`);
    tls = await acceptOptions(sys, configuration.tls);
  }
  const own = await sys.getsockname(listener);
  await say(`listening on ${shownAddress(own)}${tls === undefined ? '' : ', tls'}`);

  const clock = { now: () => sys.clock_gettime() };
  await serveConnections(sys, listener, async (stream, peer) => {
    const from =
      peer.family === 'unix'
        ? { address: '', port: 0 }
        : { address: peer.address.replace(/^::ffff:/, ''), port: peer.port };
    const answer = logged(
      sys,
      async (request) => {
        const response = await handler(request);
        // Of the fields that our registry sends everywhere this one is the configuration's to send.
        const own = [...(response.headers ?? [])].filter(([name]) => name !== 'X-Content-Type-Options');
        return { ...response, headers: [...own, ...headers] };
      },
      from,
      { log, accessLog, realm: htpasswd?.realm },
    );
    if (tls === undefined) return serve(stream, answer, { clock });
    return serveTls(stream, answer, {
      clock,
      tls,
      onHandshakeError: (error) =>
        void log.plain(
          `http: TLS handshake error from ${from.address}:${from.port}: ${handshakeText(error)}`,
        ),
    });
  });
}

/** The address to listen at: `:5000` is every address of both kinds. */
function addressOf(text: string): { host: string; port: number } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*)):(\d+)$/.exec(text) ?? [];
  if (port === undefined) throw new Fatal(`listen tcp: address ${text}: missing port in address`);
  const host = bracketed || plain || '::';
  return { host: host === 'localhost' ? '127.0.0.1' : host, port: Number(port) };
}

async function acceptOptions(sys: Syscalls, tls: NonNullable<Configuration['tls']>): Promise<AcceptOptions> {
  const read = (path: string) =>
    readFile(sys, path).catch((error: unknown) => {
      if (isErrno(error, 'ENOENT')) throw new Fatal(`open ${path}: no such file or directory`);
      if (isErrno(error, 'EACCES')) throw new Fatal(`open ${path}: permission denied`);
      throw error;
    });
  const [shown, secret] = [await read(tls.certificate), await read(tls.key)];
  const chain = certificatesIn(shown);
  if (chain.length === 0) throw new Fatal('tls: failed to find any PEM data in certificate input');
  const key = readPrivateKey(secret);
  if (key === undefined) throw new Fatal('tls: failed to find any PEM data in key input');
  const authorities = (await Promise.all(tls.clientAuthorities.map(read))).flatMap((file) =>
    certificatesIn(file).map(parseCertificate),
  );
  const identity = { chain, key };
  return {
    identity: () => identity,
    client:
      authorities.length === 0
        ? undefined
        : (given) => {
            const names = given[0]?.names[0] ?? '';
            const [problem] = problemsOf(given, authorities, names, sys.clock_gettime()).filter(
              ({ kind }) => kind !== 'wrong-name' && kind !== 'no-names',
            );
            if (problem?.kind === 'nothing-shown')
              throw new HandshakeRefused("client didn't provide a certificate");
            if (problem !== undefined)
              throw new HandshakeRefused(
                'failed to verify certificate: x509: certificate signed by unknown authority',
              );
          },
  };
}

class HandshakeRefused extends Error {}

function handshakeText(error: Error): string {
  if (error instanceof AlertReceived) return alertText(error);
  if (error instanceof HandshakeRefused) return `tls: ${error.message}`;
  if (error instanceof NotTls) {
    const method = String.fromCharCode(...error.header);
    return /^(GET |HEAD|POST|PUT |OPTIO)/.test(method)
      ? 'client sent an HTTP request to an HTTPS server'
      : 'tls: first record does not look like a TLS handshake';
  }
  return 'EOF';
}

/** A file of users that is not there is made, with one user and a password that only the log knows. */
async function provideUser(sys: Syscalls, path: string, log: Log): Promise<void> {
  const there = await sys.stat(path).then(
    () => true,
    (error: unknown) => {
      if (isErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES')) return !isErrno(error, 'ENOENT');
      throw error;
    },
  );
  if (there) return;
  const password = base64Url(sys.getrandom(32));
  const fd = await sys.open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600).catch((error: unknown) => {
    if (isErrno(error)) return undefined;
    throw error;
  });
  if (fd === undefined) return;
  await writeAll(sys, fd, encode(`docker:${hashPassword(sys, password)}`));
  await sys.close(fd);
  await log.write('warn', 'htpasswd is missing, provisioning with default user', {
    password,
    user: 'docker',
  });
}

/** Opens repositories of the registry whose cache this one is. */
async function remote(
  sys: Syscalls,
  { url, username, password }: NonNullable<Configuration['proxy']>,
): Promise<(name: string) => Promise<Repository>> {
  const trusted = await systemRoots(sys);
  const transport = new Transport(sys, async () => ({ insecure: false, trusted, identity: undefined }));
  return (name) =>
    Repository.open(
      {
        base: url.replace(/\/+$/, ''),
        transport,
        credentials: { username, password },
        scopes: [`repository:${name}:pull`],
        now: () => sys.clock_gettime(),
      },
      name,
    );
}
