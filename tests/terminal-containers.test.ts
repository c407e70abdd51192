/** Containers at a terminal: what a person types and sees between `docker run -it` and the next prompt. */
import { expect, test } from 'vitest';
import { ScriptRunner, type ScriptStep } from '../src/lab/script.ts';
import { openWorld } from '../src/node/node-host.ts';

const CTRL_C = '\x03';
const CTRL_D = '\x04';
const CTRL_P_Q = '\x10\x11';

/** Plays steps on a machine with busybox. */
async function play(...steps: ScriptStep[]) {
  const runner = new ScriptRunner(openWorld('oracle'));
  await runner.prepare(['busybox:1.36']);
  const results = [];
  for (const step of steps) {
    const { exit, stdout, stderr } = await runner.run(step);
    results.push({ exit, text: stdout.replaceAll('\r\n', '\n') + stderr });
  }
  return results;
}

const typed = (cmd: string, ...input: string[]): ScriptStep => ({ cmd, tty: true, input });

test('a shell in a container: prompt, Ctrl-C, its exit status', async () => {
  const [first, second] = await play(
    typed('docker run -it --rm busybox:1.36 sh', 'echo hi\n', 'exit\n'),
    typed('docker run -it --rm busybox:1.36 sh', CTRL_C, 'sleep 100\n', CTRL_C, 'exit 3\n'),
  );
  expect(first).toEqual({ exit: 0, text: '/ # echo hi\nhi\n/ # exit\n' });
  expect(second).toEqual({ exit: 3, text: '/ # ^C\n/ # sleep 100\n^C\n/ # exit 3\n' });
});

test('docker-init hands the terminal to the program, whose Ctrl-C then ends it', async () => {
  const [ended, said] = await play(
    typed('docker run -it --rm --init busybox:1.36 sh -c "echo up; sleep 100"', '', CTRL_C),
    typed('docker run -it --rm --init busybox:1.36 echo hi'),
  );
  expect(ended!.exit).toBe(130);
  expect(said).toEqual({ exit: 0, text: 'hi\n' });
});

test('detaching leaves the container running; exec, attach and start -ai come back to it', async () => {
  const [, ps, exec, detached, attached, again] = await play(
    typed('docker run -it --name box busybox:1.36 sh', 'echo hi\n', CTRL_P_Q),
    { cmd: 'docker ps --format "{{.Names}} {{.Command}}"' },
    typed('docker exec -it box cat', 'line\n', CTRL_D),
    typed('docker exec -it box sh', CTRL_P_Q),
    typed('docker attach box', 'exit 4\n'),
    typed('docker start -ai box', 'echo back\n', CTRL_D),
  );
  expect(ps).toEqual({ exit: 0, text: 'box "sh"\n' });
  expect(exec).toEqual({ exit: 0, text: 'line\nline\n' });
  expect(detached).toEqual({ exit: 1, text: '/ # read escape sequence\n' });
  expect(attached!.exit).toBe(4);
  expect(again!.exit).toBe(0);
  expect(again!.text).toContain('/ # echo back\nback\n/ # ');
});

test('the first process of a container does not end by Ctrl-C, and without a terminal -it is refused', async () => {
  const [cat, refused] = await play(
    typed('docker run -it --rm busybox:1.36 cat', 'x\n', CTRL_C, 'y\n', CTRL_D),
    { cmd: 'docker run -it --rm busybox:1.36', stdin: 'x' },
  );
  expect(cat).toEqual({ exit: 0, text: 'x\nx\n^Cy\ny\n' });
  expect(refused).toEqual({ exit: 1, text: 'the input device is not a TTY\n' });
});

test('other keys detach where they are asked for', async () => {
  const [run, ps] = await play(
    typed('docker run -it --name box --detach-keys ctrl-x busybox:1.36 sh', 'echo 1\n', '\x18'),
    { cmd: 'docker ps -q | wc -l' },
  );
  expect(run).toEqual({ exit: 0, text: '/ # echo 1\n1\n/ # ' });
  expect(ps!.text).toBe('1\n');
});

test('Ctrl-C ends the command, not the shell: 130 where it only watches, 0 where it left something running, and by force at the third', async () => {
  const [, logs, wait, exec, start, run, left] = await play(
    { cmd: 'docker run -d --name box busybox:1.36 sleep 1000' },
    typed('docker logs -f box', CTRL_C),
    typed('docker wait box', CTRL_C),
    typed('docker exec box sleep 1000', CTRL_C),
    typed('docker start -a box', CTRL_C),
    typed('docker run --name deaf busybox:1.36 sleep 1000', CTRL_C, CTRL_C, CTRL_C),
    { cmd: 'docker ps --format "{{.Names}} {{.State}}"' },
  );
  expect(logs).toEqual({ exit: 130, text: '^C' });
  expect(wait).toEqual({ exit: 130, text: '^C' });
  expect(exec).toEqual({ exit: 0, text: '^C' });
  expect(start).toEqual({ exit: 0, text: '^C' });
  expect(run).toEqual({ exit: 1, text: '^C^C^C\ngot 3 SIGTERM/SIGINTs, forcefully exiting\n' });
  expect(left!.text).toBe('deaf running\nbox running\n');
});

test('a script as the first process ends at Ctrl-C, by its trap or without', async () => {
  const loop = 'while true; do sleep 1; done';
  const [plain, trapped] = await play(
    typed(`docker run --rm busybox:1.36 sh -c '${loop}'`, CTRL_C),
    typed(`docker run --rm busybox:1.36 sh -c 'trap "echo bye; exit 3" INT; ${loop}'`, CTRL_C),
  );
  expect(plain).toEqual({ exit: 130, text: '^C' });
  expect(trapped).toEqual({ exit: 3, text: '^Cbye\n' });
});
