import { describe, expect, test } from 'vitest';
import { decode, encode } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import type { Process, Program } from '../program.ts';
import { bootTestMachine } from '../testing.ts';
import { IPC_CREAT, IPC_EXCL } from './objects.ts';

/** What a program says, line by line. */
async function lines(
  main: (process: Process, say: (text: unknown) => Promise<void>) => Promise<void>,
): Promise<string[]> {
  const program: Program = async (process) => {
    await main(process, async (text) => void (await process.sys.write(1, encode(`${text}\n`))));
    return 0;
  };
  const { stdout } = await bootTestMachine({ programs: { main: program } }).run(['main']);
  return stdout.split('\n').slice(0, -1);
}

async function failure(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'none';
  } catch (error) {
    if (!isErrno(error)) throw error;
    return error.code;
  }
}

const NEW = IPC_CREAT | 0o600;

describe('System V IPC', () => {
  test('a key names one object in a namespace', async () => {
    const said = await lines(async ({ sys }, say) => {
      await say(await failure(sys.msgget(7, 0)));
      const id = await sys.msgget(7, NEW);
      await say((await sys.msgget(7, 0)) === id);
      await say(await failure(sys.msgget(7, NEW | IPC_EXCL)));
      const apart = await sys.msgget(0, NEW);
      await say((await sys.msgget(0, NEW)) !== apart);
      await sys.unshare(['ipc']);
      await say(await failure(sys.msgget(7, 0)));
      await say(await failure(sys.msgctl(id, { command: 'IPC_STAT' })));
    });
    expect(said).toEqual(['ENOENT', 'true', 'EEXIST', 'true', 'ENOENT', 'EINVAL']);
  });

  test('messages come in order, by type, and whole', async () => {
    const said = await lines(async ({ sys }, say) => {
      const id = await sys.msgget(0, NEW);
      for (const [type, text] of [
        [3, 'three'],
        [1, 'one'],
        [2, 'two'],
        [1, 'uno'],
      ] as const)
        await sys.msgsnd(id, type, encode(text));
      const take = async (type: number) => {
        const { type: got, data } = await sys.msgrcv(id, 100, type);
        await say(`${got} ${decode(data)}`);
      };
      await say(await failure(sys.msgrcv(id, 2, 3)));
      await take(1);
      await take(-2);
      await take(0);
      await take(0);
      await say(await failure(sys.msgrcv(id, 100, 0, { noWait: true })));
      await say(await failure(sys.msgsnd(id, 0, encode('x'))));
      await say(await failure(sys.msgsnd(id, 1, new Uint8Array(8193))));
    });
    expect(said).toEqual(['E2BIG', '1 one', '1 uno', '3 three', '2 two', 'ENOMSG', 'EINVAL', 'EINVAL']);
  });

  test('a full queue makes its sender wait, and removal ends all waiting', async () => {
    const said = await lines(async ({ sys }, say) => {
      const id = await sys.msgget(0, NEW);
      const filled = new Uint8Array(8192);
      await sys.msgsnd(id, 1, filled);
      await sys.msgsnd(id, 1, filled);
      await say(await failure(sys.msgsnd(id, 1, filled, { noWait: true })));
      const child = await sys.fork(async (self) => {
        await self.sys.msgsnd(id, 2, filled);
        await say('sent');
        await say(await failure(self.sys.msgrcv(id, 1, 9)));
        return 0;
      });
      await sys.nanosleep(10);
      await say('taking');
      await sys.msgrcv(id, 8192, 1);
      await sys.nanosleep(10);
      await sys.msgctl(id, { command: 'IPC_RMID' });
      await sys.wait(child);
    });
    expect(said).toEqual(['EAGAIN', 'taking', 'sent', 'EIDRM']);
  });

  test('semaphores: all operations or none, waiting, and what is taken back', async () => {
    const said = await lines(async ({ sys }, say) => {
      const id = await sys.semget(0, 2, NEW);
      const show = async () => {
        const { semaphores } = (await sys.semctl(id, { command: 'IPC_STAT' }))!;
        await say(semaphores.map((s) => `${s.value}/${s.waitingToGrow}/${s.waitingForZero}`).join(' '));
      };
      await sys.semop(id, [{ index: 0, amount: 2 }]);
      const tooMuch = [
        { index: 0, amount: -1 },
        { index: 1, amount: -1, noWait: true },
      ];
      await say(await failure(sys.semop(id, tooMuch)));
      await show();
      const child = await sys.fork(async (self) => {
        await self.sys.semop(id, [{ index: 0, amount: -2, undo: true }]);
        await self.sys.semop(id, [{ index: 1, amount: -3 }]);
        return 0;
      });
      await sys.nanosleep(10);
      await show();
      await sys.semctl(id, { command: 'SETVAL', index: 1, value: 4 });
      await sys.wait(child);
      await show();
      await say(await failure(sys.semop(id, [{ index: 2, amount: 1 }])));
      await say(await failure(sys.semop(id, [{ index: 0, amount: 32767 }])));
    });
    expect(said).toEqual(['EAGAIN', '2/0/0 0/0/0', '0/0/0 0/1/0', '2/0/0 1/0/0', 'EFBIG', 'ERANGE']);
  });

  test('shared memory is shared, and goes with the last who has it', async () => {
    const said = await lines(async ({ sys }, say) => {
      const id = await sys.shmget(5, 100, NEW);
      const memory = await sys.shmat(id);
      const child = await sys.fork(async (self) => {
        (await self.sys.shmat(id))[0] = 42;
        return 0;
      });
      await sys.wait(child);
      const attached = async () => (await sys.shmctl(id, { command: 'IPC_STAT' }))!.attached;
      await say(`${memory[0]} ${await attached()}`);
      await sys.shmctl(id, { command: 'IPC_RMID' });
      await say(`${await failure(sys.shmget(5, 0, 0))} ${await attached()}`);
      await sys.shmdt(memory);
      await say(`${await failure(sys.shmdt(memory))} ${await failure(sys.shmat(id))}`);
      await say(await failure(sys.shmget(6, 0, NEW)));
    });
    expect(said).toEqual(['42 1', 'ENOENT 1', 'EINVAL EINVAL', 'EINVAL']);
  });
});
