import type { HttpHandler, HttpRequest } from '../net/http/message.ts';
import { digestOf, hexOf } from '../oci/digest.ts';
import { type Access, type AccessPolicy, basicCredentials, unauthorized } from './access.ts';
import { errorResponse, RegistryError } from './errors.ts';

/** A registry guarded by a token server, as Docker Hub is (distribution, "Token Authentication Specification"). */
export interface TokenRealm {
  /** Where tokens are fetched, e.g. `https://auth.docker.io/token`. */
  realm: string;
  /** e.g. `registry.docker.io`. */
  service: string;
  /** Signs the tokens; known to this registry and its token server only. */
  secret: string;
  /** Whether a login is right. */
  verify(user: string, password: string): boolean;
  /** Whether someone (nobody in particular: undefined) may do something. */
  allows(user: string | undefined, access: Access): Promise<boolean>;
  /** Milliseconds since the epoch; tokens last five minutes. */
  now(): number;
}

const LIFETIME = 300;

interface Claims {
  sub: string;
  exp: number;
  access: { type: string; name: string; actions: string[] }[];
}

/**
 * Asks for a bearer token that grants every access. Without one: 401 and where to get it. With one that grants less the
 * same with `insufficient_scope`, which docker reads as "denied": a registry does not tell an unknown repository from a private one.
 */
export function tokenAccess(realm: TokenRealm): AccessPolicy {
  return {
    async check(request, accesses) {
      const claims = readToken(realm, request);
      const granted = accesses.every(({ type, name, action }) =>
        claims?.access.some((a) => a.type === type && a.name === name && a.actions.includes(action)),
      );
      if (claims !== undefined && granted) return;
      let challenge = `Bearer realm="${realm.realm}",service="${realm.service}"`;
      if (accesses.length > 0) challenge += `,scope="${scopeOf(accesses)}"`;
      if (claims !== undefined) challenge += ',error="insufficient_scope"';
      else if (request.headers.has('Authorization')) challenge += ',error="invalid_token"';
      throw unauthorized(challenge, accesses);
    },
  };
}

/** The token server: `GET /token?service=…&scope=repository:NAME:pull,push`, with basic credentials for a user's token. */
export function tokenServer(realm: TokenRealm): HttpHandler {
  return async (request) => {
    const query = new URLSearchParams(request.target.split('?')[1] ?? '');
    const given = basicCredentials(request.headers.get('Authorization'));
    if (given !== undefined && !realm.verify(given.user, given.password))
      return {
        status: 401,
        headers: [['Content-Type', 'application/json']],
        body: '{"details":"incorrect username or password"}\n',
      };
    if (request.method !== 'GET') return errorResponse(new RegistryError('UNSUPPORTED'));
    const access: Claims['access'] = [];
    for (const scope of query.getAll('scope').flatMap((scopes) => scopes.split(' ')))
      access.push(...(await grant(realm, given?.user, scope)));
    const issued = Math.floor(realm.now() / 1000);
    const token = sign(realm, { sub: given?.user ?? '', exp: issued + LIFETIME, access });
    return {
      status: 200,
      headers: [['Content-Type', 'application/json']],
      body: `${JSON.stringify({ token, access_token: token, expires_in: LIFETIME })}\n`,
    };
  };
}

async function grant(realm: TokenRealm, user: string | undefined, scope: string): Promise<Claims['access']> {
  const [, type, name, actions] = /^(repository|registry):(.+):([a-z*,]+)$/.exec(scope) ?? [];
  if (type === undefined) return [];
  const granted: string[] = [];
  for (const action of actions!.split(','))
    if (await realm.allows(user, { type, name, action } as Access)) granted.push(action);
  return [{ type, name: name!, actions: granted }];
}

function scopeOf(accesses: readonly Access[]): string {
  const byName = new Map<string, string[]>();
  for (const { type, name, action } of accesses) {
    const key = `${type}:${name}`;
    byName.set(key, [...(byName.get(key) ?? []), action]);
  }
  return [...byName].map(([key, actions]) => `${key}:${actions.join(',')}`).join(' ');
}

/** A token looks like a JSON web token; its signature is our own and means nothing outside a world. */
function sign(realm: TokenRealm, claims: Claims): string {
  const payload = `${base64url('{"alg":"none"}')}.${base64url(JSON.stringify(claims))}`;
  return `${payload}.${signature(realm, payload)}`;
}

/** Whose token a request carries; undefined for nobody's in particular. */
export const tokenUser = (realm: TokenRealm, request: HttpRequest): string | undefined =>
  readToken(realm, request)?.sub || undefined;

function readToken(realm: TokenRealm, request: HttpRequest): Claims | undefined {
  const token = /^bearer\s+(\S+)$/i.exec(request.headers.get('Authorization') ?? '')?.[1];
  const [header, payload, given] = token?.split('.') ?? [];
  if (given === undefined || given !== signature(realm, `${header}.${payload}`)) return undefined;
  const claims = JSON.parse(atob(payload!.replaceAll('-', '+').replaceAll('_', '/'))) as Claims;
  return claims.exp * 1000 > realm.now() ? claims : undefined;
}

const signature = (realm: TokenRealm, payload: string): string =>
  hexOf(digestOf(`${realm.secret}\n${payload}`));

const base64url = (text: string): string =>
  btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
