import { sha1 } from '@noble/hashes/legacy.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { unzlibSync, zlibSync } from 'fflate';
import { concat, decode, encode } from '../base/bytes.ts';

/** What Git keeps (gitformat-loose-objects(5)); an object's id is the SHA-1 of its kind, its length and its bytes. */
export interface GitObject {
  type: ObjectType;
  body: Uint8Array;
}

export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag';

/** What a repository does not have, or has in a form that is none. */
export class GitError extends Error {
  override readonly name = 'GitError';
}

/** Finds objects by their ids. Rejects with `GitError` where there is none. */
export interface ObjectSource {
  get(id: string): Promise<GitObject>;
}

const headed = ({ type, body }: GitObject): Uint8Array => concat([encode(`${type} ${body.length}\0`), body]);

/** The id of an object, in hexadecimal. */
export const objectId = (object: GitObject): string => bytesToHex(sha1(headed(object)));

/** An object as a file of its own has it. */
export const encodeLoose = (object: GitObject): Uint8Array => zlibSync(headed(object));

/** The object in a file of its own. Throws `GitError`. */
export function decodeLoose(bytes: Uint8Array): GitObject {
  let plain: Uint8Array;
  try {
    plain = unzlibSync(bytes);
  } catch {
    throw new GitError('loose object is corrupt');
  }
  const end = plain.indexOf(0);
  const [type = '', size = ''] = decode(plain.subarray(0, end)).split(' ');
  const body = plain.subarray(end + 1);
  if (!isObjectType(type) || Number(size) !== body.length) throw new GitError('loose object is corrupt');
  return { type, body };
}

const TYPES: readonly string[] = ['commit', 'tree', 'blob', 'tag'];

export const isObjectType = (text: string): text is ObjectType => TYPES.includes(text);

/** Whether a text is a whole id. */
export const isObjectId = (text: string): boolean => /^[0-9a-f]{40}$/.test(text);
