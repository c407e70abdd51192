import { decode, encode } from '../base/bytes.ts';
import { GitError, type GitObject } from './objects.ts';

/** Who did something, and when. */
export interface Signature {
  name: string;
  email: string;
  /** Seconds since the epoch. */
  time: number;
  /** From UTC, as `+0200`. */
  zone: string;
}

export interface Commit {
  tree: string;
  parents: readonly string[];
  author: Signature;
  committer: Signature;
  message: string;
}

/** An annotated tag. */
export interface Tag {
  object: string;
  type: string;
  name: string;
  tagger: Signature;
  message: string;
}

const signed = ({ name, email, time, zone }: Signature): string => `${name} <${email}> ${time} ${zone}`;

function readSignature(text: string): Signature {
  const [, name, email = '', time, zone = '+0000'] = /^(.*?) ?<([^>]*)> (\d+) ([-+]\d{4})$/.exec(text) ?? [];
  if (name === undefined) throw new GitError(`malformed signature: ${text}`);
  return { name, email, time: Number(time), zone };
}

export function writeCommit({ tree, parents, author, committer, message }: Commit): GitObject {
  const lines = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${signed(author)}`,
    `committer ${signed(committer)}`,
  ];
  return { type: 'commit', body: encode(`${lines.join('\n')}\n\n${message}`) };
}

export function writeTag({ object, type, name, tagger, message }: Tag): GitObject {
  const lines = [`object ${object}`, `type ${type}`, `tag ${name}`, `tagger ${signed(tagger)}`];
  return { type: 'tag', body: encode(`${lines.join('\n')}\n\n${message}`) };
}

/** The fields before the empty line, and the message after it. */
function fieldsOf(body: Uint8Array): { fields: [string, string][]; message: string } {
  const text = decode(body);
  const end = text.indexOf('\n\n');
  const head = end === -1 ? text : text.slice(0, end);
  const fields = head
    .split('\n')
    // What begins with a space goes on with the line before (a signature of OpenPGP).
    .filter((line) => !line.startsWith(' '))
    .map((line): [string, string] => {
      const space = line.indexOf(' ');
      return [line.slice(0, space), line.slice(space + 1)];
    });
  return { fields, message: end === -1 ? '' : text.slice(end + 2) };
}

/** Throws `GitError`. */
export function readCommit(body: Uint8Array): Commit {
  const { fields, message } = fieldsOf(body);
  const all = (name: string) => fields.filter(([key]) => key === name).map(([, value]) => value);
  const [tree] = all('tree');
  if (tree === undefined) throw new GitError('bogus commit object');
  return {
    tree,
    parents: all('parent'),
    author: readSignature(all('author')[0] ?? ''),
    committer: readSignature(all('committer')[0] ?? ''),
    message,
  };
}

/** What a tag names. Throws `GitError`. */
export function targetOfTag(body: Uint8Array): string {
  const found = fieldsOf(body).fields.find(([key]) => key === 'object');
  if (found === undefined) throw new GitError('bogus tag object');
  return found[1];
}
