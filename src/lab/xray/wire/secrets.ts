import { concat, decode, encode } from '../../../engine/base/bytes.ts';
import type { RecordedBody, RecordedCall } from '../../../engine/daemon/call-record.ts';

/** Passwords are not shown where one does not see them while one types, and others may look on. */
export const MASK = '********';

/** The call without what is secret in it. */
export function masked(call: RecordedCall): RecordedCall {
  return {
    ...call,
    headers: call.headers.map(([name, value]) => [name, isSecret(name, value) ? MASK : value]),
    request: /\/auth$/.test(call.target) ? maskedBody(call.request) : call.request,
  };
}

/** Credentials, and not the empty object in base64 that stands for none. */
const isSecret = (name: string, value: string) =>
  name.startsWith('X-Registry') && !/^(e30=?=?)?$/.test(value);

function maskedBody(body: RecordedBody): RecordedBody {
  const text = decode(concat(body.pieces));
  const shown = text.replace(
    /("(?:password|auth|identitytoken|registrytoken)":")(?:[^"\\]|\\.)+/gi,
    `$1${MASK}`,
  );
  return shown === text ? body : { ...body, pieces: [encode(shown)] };
}
