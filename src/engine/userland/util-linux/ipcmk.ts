import { IPC_CREAT } from '../../kernel/ipc/objects.ts';
import { Given, Misuse, type Utility } from '../utility.ts';
import { must, quit } from './steps.ts';

/** ipcmk(1): makes System V objects with keys of chance. */
export const ipcmk: Utility = {
  name: 'ipcmk',
  usage: '[options]',
  summary: 'Create various IPC resources.',
  options: {
    about: { help: 'h', version: 'V' },
    short: 'hM:QS:p:V',
    long: { shmem: 'M:', semaphore: 'S:', queue: 'Q', mode: 'p:' },
  },
  async run(io, parsed) {
    const given = new Given(parsed);
    const { sys } = io;
    const size = given.value('M');
    const count = given.value('S');
    const bytes = size === undefined ? undefined : parseSize(size);
    if (size !== undefined && bytes === undefined)
      return quit(io, `failed to parse size: '${size}': Invalid argument`);
    if (count !== undefined && !/^-?\d+$/.test(count))
      return quit(io, `failed to parse elements: '${count}'`);
    const mode = given.value('p') ?? '0644';
    if (!/^[0-7]+$/.test(mode)) return quit(io, 'failed to parse mode: Success');
    if (!given.has('M', 'Q', 'S')) throw new Misuse('bad usage');
    const flags = IPC_CREAT | (Number.parseInt(mode, 8) & 0o777);
    const key = () => new DataView(sys.getrandom(4).slice().buffer).getInt32(0);
    if (bytes !== undefined) {
      const id = await must(io, 'create share memory failed', () => sys.shmget(key(), bytes, flags));
      io.stdout.write(`Shared memory id: ${id}\n`);
    }
    if (given.has('Q')) {
      const id = await must(io, 'create message queue failed', () => sys.msgget(key(), flags));
      io.stdout.write(`Message queue id: ${id}\n`);
    }
    if (count !== undefined) {
      const id = await must(io, 'create semaphore failed', () => sys.semget(key(), Number(count), flags));
      io.stdout.write(`Semaphore id: ${id}\n`);
    }
    return 0;
  },
};

/** A size with the suffixes K or KiB, and so on, for powers of 1024, and KB for those of 1000. */
function parseSize(text: string): number | undefined {
  const [, digits, letter = '', unit = ''] = /^(\d+)(?:([KMGTPEZY])(iB|B)?)?$/i.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const power = letter === '' ? 0 : 'KMGTPEZY'.indexOf(letter.toUpperCase()) + 1;
  return Number(digits) * (unit.toUpperCase() === 'B' ? 1000 : 1024) ** power;
}
