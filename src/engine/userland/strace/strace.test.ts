import { describe, expect, test } from 'vitest';
import { asked, lines, real, shown, simulated } from '../testing.ts';
import { strace } from './strace.ts';

/**
 * Lines that the real strace and ours must write alike, numbers of processes and addresses aside. The programs traced are
 * others (the real ones are linked and start a C library), so each case looks at calls that both make.
 */
const CASES = lines(String.raw`
strace -e trace=write echo hello
strace -e write -s 3 echo hello
strace -e trace=mkdir mkdir new
strace -e trace=mkdir mkdir nosuch/new
strace -e trace=unshare unshare --mount --uts --ipc true
strace -e trace=unshare,sethostname unshare --uts hostname inside
strace -e trace=chdir sh -c 'cd / && cd /nosuch'
strace -e trace=none sh -c 'kill -USR1 $$'; echo $?
strace -e trace=kill sh -c 'trap : USR1; kill -USR1 $$'
strace -e trace=none -e signal=none sh -c 'kill -USR1 $$'; echo $?
strace -f -e trace=none sh -c 'sh -c "exit 3"; exit 4'
strace -f -q -e trace=none sh -c 'sh -c "exit 3"; exit 4'
strace -f -o log -e trace=none sh -c 'sh -c "exit 3"; exit 4'; cat log
strace -qq -e trace=chdir sh -c 'cd /'
strace -e trace=chdir,dup2 -e status=failed sh -c 'cd /; cd /nosuch'
strace -z -e trace=chdir sh -c 'cd /; cd /nosuch'
strace -a 20 -e trace=chdir sh -c 'cd /'
strace -n -e trace=chdir sh -c 'cd /'
strace -y -e trace=chdir sh -c 'cd /'
strace -x -e trace=write printf 'a\377\n'
strace -e trace=write printf 'a\0001\033\t"\\\n'
env -i A=1 "$(command -v strace)" -v -e trace=execve /bin/true
strace -E A=b -e trace=none sh -c 'echo $A'
echo ab | strace -e trace=read sh -c 'read x' 2>&1 | grep 'read(0'
strace -c -e trace=chdir sh -c 'cd /; cd /nosuch; cd /' 2>&1 | sed 's/^ *[0-9.]* *[0-9.]* *[0-9]* /X /'
strace -e trace=chroot chroot /nosuch
strace -e trace=execve nosuch
strace -e trace=execve ./nosuch
strace -e nosuch true
strace -e trace=%nosuch true
strace -e signal=nosuch true
strace -e status=nosuch true
strace -e quiet=nosuch true
strace
strace -Q
strace -o /nosuch/log true
strace -p x
strace -p 999999999
strace -s x true
strace -S x -c true
strace -u nosuch true
`);

const hasStrace = /version 6\./.test(asked('/usr/bin/strace', '-V')) && process.getuid?.() === 0;

/** Process ids by order of appearance, addresses and columns of spaces as one. */
function normal(text: string): string {
  const pids = new Map<string, string>();
  return text
    .replace(/0x[0-9a-f]{6,}/g, '...')
    .replace(/(\[pid\s+|^|Process |si_pid=|kill\()(\d{2,7})\b/gm, (_all, before: string, pid: string) => {
      if (!pids.has(pid)) pids.set(pid, `P${pids.size}`);
      return `${before}${pids.get(pid)}`;
    })
    .replace(/si_[us]time=\d+/g, (time) => time.replace(/\d+/, 'T'))
    .replace(/ {2,}/g, ' ');
}

describe('as the real strace', () => {
  test.skipIf(!hasStrace).each(CASES)('%s', async (line) => {
    const lab = { tools: [strace] };
    expect(normal(shown(await simulated(line, 'gnu', lab)))).toBe(normal(shown(real(line, 'gnu'))));
  });
});
