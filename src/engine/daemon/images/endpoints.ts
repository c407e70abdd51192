import type { Credentials } from '../../distribution/credentials.ts';
import { RegistryError, RegistryErrors } from '../../distribution/refusal.ts';
import { Repository } from '../../distribution/repository.ts';
import { Transport } from '../../distribution/transport.ts';
import { familiarName, familiarString, type Reference } from '../../oci/reference.ts';
import type { Engine } from '../engine.ts';
import { EngineError, notFound } from '../error.ts';
import type { Endpoint } from '../registry/endpoint.ts';
import { Final } from './transfers.ts';

/** An error that no other endpoint would mend. */
class NoFallback extends Error {
  override name = 'NoFallback';
  readonly inner: unknown;

  constructor(inner: unknown) {
    super();
    this.inner = inner;
  }
}

/**
 * Opens a repository at one endpoint after another until one gives what is wanted. Whatever a mirror lacks, the registry itself
 * may have. Models moby distribution/pull.go and push.go.
 */
export async function atEndpoints<T>(
  engine: Engine,
  reference: Reference,
  options: { mirrors: boolean; credentials: Credentials; actions: string },
  work: (repository: Repository) => Promise<T>,
): Promise<T> {
  const { mirrors, credentials, actions } = options;
  let failure: unknown;
  const confirmed = new Set<string>();
  for (const endpoint of await engine.registries.endpoints(reference.domain, mirrors)) {
    const [scheme, host = ''] = endpoint.url.split('://');
    if (scheme === 'http' && confirmed.has(host)) continue;
    try {
      return await open(endpoint);
    } catch (error) {
      if (error instanceof NoFallback) throw error.inner;
      if (error instanceof Reached) {
        if (scheme === 'https') confirmed.add(host);
        failure = error.inner;
      } else failure = error;
    }
  }
  throw failure ?? new Error(`no endpoints found for ${familiarString(reference)}`);

  async function open(endpoint: Endpoint): Promise<T> {
    const transport = new Transport(engine.sys, (host) => engine.registries.tls(host));
    const repository = await Repository.open(
      {
        base: endpoint.url,
        transport,
        credentials: endpoint.mirror ? {} : credentials,
        scopes: [`repository:${reference.path}:${actions}`],
        now: () => engine.now(),
      },
      reference.path,
    );
    try {
      return await work(repository);
    } catch (error) {
      throw mayFallBack(error, endpoint.mirror) ? new Reached(error) : new NoFallback(error);
    }
  }
}

/** The registry answered, so it speaks as it was spoken to. */
class Reached extends Error {
  readonly inner: unknown;

  constructor(inner: unknown) {
    super();
    this.inner = inner;
  }
}

/** Models moby distribution/errors.go, continueOnError. */
function mayFallBack(error: unknown, mirror: boolean): boolean {
  if (error instanceof RegistryErrors) return mayFallBack(error.all[0], mirror);
  if (error instanceof RegistryError || error instanceof EngineError) return mirror;
  return true;
}

/** What a pull that failed answers with. Models moby distribution/errors.go, translatePullError. */
export function translatePullError(error: unknown, reference: Reference): unknown {
  if (error instanceof RegistryErrors) return translatePullError(error.all[0], reference);
  if (error instanceof Final) return translatePullError(error.inner, reference);
  if (!(error instanceof RegistryError)) return error;
  const name = familiarName(reference);
  const { code, message } = error;
  // Only what hides behind "denied" may also not exist.
  if (code === 'DENIED')
    return notFound(
      `pull access denied for ${name}, repository does not exist or may require 'docker login': ${message}`,
    );
  if (code === 'MANIFEST_UNKNOWN')
    return notFound(`manifest for ${familiarString(reference)} not found: ${message}`);
  if (code === 'NAME_UNKNOWN') return notFound(`repository ${name} not found: ${message}`);
  return new EngineError(500, message);
}
