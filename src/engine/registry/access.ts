import type { HttpRequest } from '../net/http/message.ts';
import { RegistryError } from './errors.ts';

/** What a request is about to do, in the words of the token specification: `repository:library/nginx:pull`. */
export interface Access {
  type: 'repository' | 'registry';
  name: string;
  action: 'pull' | 'push' | 'delete' | '*';
}

/** Who may do what. Throws `RegistryError` to refuse. No accesses: a look at `/v2/`, with which clients ask how to log in. */
export interface AccessPolicy {
  check(request: HttpRequest, accesses: readonly Access[]): Promise<void>;
}

/** Everyone may do everything: a registry as it comes out of the box. */
export const openAccess: AccessPolicy = { check: async () => {} };

/** HTTP basic authentication for every request, as `REGISTRY_AUTH=htpasswd` has it. */
export function basicAccess(
  realm: string,
  verify: (user: string, password: string) => Promise<boolean> | boolean,
): AccessPolicy {
  return {
    async check(request, accesses) {
      const given = basicCredentials(request.headers.get('Authorization'));
      if (given !== undefined && (await verify(given.user, given.password))) return;
      throw unauthorized(`Basic realm="${realm}"`, accesses);
    },
  };
}

/** 401 with a challenge; the detail lists what was asked for. */
export function unauthorized(challenge: string, accesses: readonly Access[]): RegistryError {
  const detail = accesses.map(({ type, name, action }) => ({
    Type: type,
    Class: '',
    Name: name,
    Action: action,
  }));
  const headers = [['WWW-Authenticate', challenge]] as const;
  return new RegistryError('UNAUTHORIZED', detail.length === 0 ? null : detail, headers);
}

/** The user and password of an `Authorization: Basic` header. */
export function basicCredentials(header: string | undefined): { user: string; password: string } | undefined {
  const encoded = /^basic\s+([A-Za-z0-9+/=]+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  let text: string;
  try {
    text = atob(encoded);
  } catch {
    return undefined;
  }
  const colon = text.indexOf(':');
  return colon === -1 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
