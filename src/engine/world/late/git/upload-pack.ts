import { concat, encode } from '../../../base/bytes.ts';
import { isObjectId } from '../../../git/objects.ts';
import { writePack } from '../../../git/pack.ts';
import { lineOf, PACKET_LIMIT, type Packet, packet, packets, readPackets } from '../../../git/pkt-line.ts';
import { reachable } from '../../../git/reachable.ts';
import type { Stored } from './history.ts';

/** git-upload-pack in version 2 of the protocol (gitprotocol-v2(5)): what it can do. */
export const capabilities = (): Uint8Array =>
  packets(
    encode('# service=git-upload-pack\n'),
    'flush',
    'version 2\n',
    `agent=${AGENT}\n`,
    'ls-refs=unborn\n',
    'fetch=shallow\n',
    'object-format=sha1\n',
    'flush',
  );

const AGENT = 'git/drydock';

/** Answers one command. */
export async function answer(repository: Stored, body: Uint8Array): Promise<Uint8Array> {
  const [first, ...rest] = readPackets(body);
  const from = rest.indexOf('delimiter');
  const args = (from === -1 ? [] : rest.slice(from + 1)).map(lineOf).filter((line) => line !== '');
  const command = lineOf(first);
  if (command === 'command=ls-refs') return listRefs(repository, args);
  if (command === 'command=fetch') return sendObjects(repository, args);
  return refuse(`invalid command '${command.replace('command=', '')}'`);
}

const refuse = (why: string): Uint8Array => packets(`ERR upload-pack: ${why}\n`);

function listRefs({ head, refs, peeled }: Stored, args: readonly string[]): Uint8Array {
  const prefixes = args.flatMap((arg) => /^ref-prefix (.*)$/.exec(arg)?.[1] ?? []);
  const wanted = (name: string) => prefixes.length === 0 || prefixes.some((one) => name.startsWith(one));
  const lines: Packet[] = [];
  const tell = (name: string, id: string, more: readonly string[]) => {
    if (wanted(name)) lines.push(encode(`${[id, name, ...more].join(' ')}\n`));
  };
  tell('HEAD', refs.get(head)!, args.includes('symrefs') ? [`symref-target:${head}`] : []);
  for (const [name, id] of refs) {
    const commit = args.includes('peel') ? peeled.get(id) : undefined;
    tell(name, id, commit === undefined ? [] : [`peeled:${commit}`]);
  }
  return packets(...lines, 'flush');
}

async function sendObjects(repository: Stored, args: readonly string[]): Promise<Uint8Array> {
  const values = (name: string) =>
    args.filter((arg) => arg.startsWith(`${name} `)).map((arg) => arg.slice(name.length + 1));
  const wants = values('want');
  for (const id of wants) if (!isObjectId(id) || !repository.has(id)) return refuse(`not our ref ${id}`);
  const unknown = args.find((arg) => /^(deepen-since|deepen-not|deepen-relative|filter)\b/.test(arg));
  if (unknown !== undefined) return refuse(`${unknown.split(' ')[0]} is not supported`);
  const own = values('shallow');
  const common = values('have').filter((id) => repository.has(id));
  const [deepen] = values('deepen');
  const head: Packet[] = [];
  if (!args.includes('done')) {
    head.push(encode('acknowledgments\n'));
    if (common.length === 0) return packets(...head, encode('NAK\n'), 'flush');
    for (const id of common) head.push(encode(`ACK ${id}\n`));
    head.push(encode('ready\n'), 'delimiter');
  }
  const depth = deepen === undefined ? undefined : Number(deepen);
  // What a client has of a history that it has not whole says nothing of what is below.
  const known = own.length === 0 && depth === undefined ? common : [];
  const { objects, shallow } = await reachable(repository, { ids: wants, known, depth });
  if (args.includes('include-tag'))
    for (const [tag, commit] of repository.peeled)
      if (objects.has(commit)) objects.set(tag, await repository.get(tag));
  if (depth !== undefined) {
    const deeper = own.filter((id) => !shallow.includes(id) && objects.has(id));
    head.push(
      encode('shallow-info\n'),
      ...shallow.filter((id) => !own.includes(id)).map((id) => encode(`shallow ${id}\n`)),
      ...deeper.map((id) => encode(`unshallow ${id}\n`)),
      'delimiter',
    );
  }
  const count = objects.size;
  const told = args.includes('no-progress') ? [] : progress(count);
  return concat([
    packets(...head, encode('packfile\n')),
    ...told.map((line) => sideband(PROGRESS, encode(line))),
    ...pieces(writePack([...objects.values()])).map((piece) => sideband(DATA, piece)),
    packets('flush'),
  ]);
}

/** Bands of one connection (gitprotocol-pack(5), "Packfile Data"). */
const DATA = 1;
const PROGRESS = 2;

const sideband = (band: number, bytes: Uint8Array): Uint8Array =>
  packet(concat([Uint8Array.of(band), bytes]));

function pieces(bytes: Uint8Array): Uint8Array[] {
  const out: Uint8Array[] = [];
  const most = PACKET_LIMIT - 1;
  for (let at = 0; at < bytes.length; at += most) out.push(bytes.subarray(at, at + most));
  return out;
}

const progress = (count: number): string[] => [
  `Enumerating objects: ${count}, done.\n`,
  `Counting objects: 100% (${count}/${count}), done.\n`,
  `Compressing objects: 100% (${count}/${count}), done.\n`,
  `Total ${count} (delta 0), reused ${count} (delta 0), pack-reused 0 (from 0)\n`,
];
