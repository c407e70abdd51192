import { decode } from '../base/bytes.ts';

/** Who a client says it is to a registry: the X-Registry-Auth field (moby api/types/registry AuthConfig). */
export interface Credentials {
  username?: string;
  password?: string;
  auth?: string;
  serveraddress?: string;
  identitytoken?: string;
  registrytoken?: string;
}

/** The field is base64url JSON; `e30=` is `{}`. What cannot be read counts as nothing, as with the real daemon. */
export function readCredentials(header: string | undefined): Credentials {
  if (!header) return {};
  try {
    const binary = atob(header.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, ''));
    return JSON.parse(decode(Uint8Array.from(binary, (char) => char.charCodeAt(0)))) as Credentials;
  } catch {
    return {};
  }
}
