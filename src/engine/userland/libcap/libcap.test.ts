import { describe, expect, test } from 'vitest';
import { asked, lines, real, shown, simulated } from '../testing.ts';

/** capsh, getpcaps and setpriv as the real ones, where it does not matter what this machine itself may do. */
const there =
  /cap_chown/.test(asked('/usr/sbin/capsh', '--decode=1')) &&
  /util-linux/.test(asked('/usr/bin/setpriv', '--version')) &&
  process.getuid?.() === 0;

const CASES = lines(`
capsh --decode=00000000a80425fb
capsh --decode=0x3
capsh --decode=0
capsh --decode=x
capsh --drop=nosuch --current
capsh --drop=cap_chown,cap_kill -- -c 'grep CapBnd /proc/self/status' | cut -c 20-
capsh --inh=cap_chown --addamb=cap_chown -- -c 'grep -E "CapInh|CapAmb" /proc/self/status'
capsh --inh=cap_chown --current | tail -n 1 | sed 's/!cap_sys_resource//;s/,$//'
capsh --caps=cap_chown,cap_kill=ep --current | head -n 1
capsh --caps=cap_chown=eip --current | head -n 1
capsh --caps='cap_chown=p cap_kill=ep' --current | head -n 1
capsh --caps='cap_kill=i' --current | head -n 1
capsh --caps= --current | head -n 1
capsh --has-p=cap_chown; echo $?
capsh --has-i=cap_chown; echo $?
capsh --has-a=cap_chown; echo $?
capsh --supports=cap_chown; echo $?
capsh --is-uid=0; echo $?
capsh --is-uid=1; echo $?
capsh --uid=1 -- -c 'id -u; grep CapEff /proc/self/status' 2>/dev/null
capsh --user=daemon -- -c 'id -un'
capsh --no-new-privs --has-no-new-privs; echo $?
capsh --has-no-new-privs; echo $?
getpcaps x
getpcaps 999999999
setpriv
setpriv --foo
setpriv nosuch; echo $?
setpriv --reuid
setpriv --reuid nosuch id
setpriv --regid 1 id
setpriv --clear-groups --init-groups id
setpriv --init-groups --reuid daemon --regid daemon id -u
setpriv --reuid 1 --regid 2 --clear-groups sh -c 'id -u; id -g; id -G'
setpriv --groups 1,2 --reuid 5 --regid 5 id -G
setpriv --ruid 5 --clear-groups grep Uid /proc/self/status
setpriv --reuid 1 --clear-groups grep CapEff /proc/self/status
setpriv --nnp grep NoNew /proc/self/status
setpriv --inh-caps +chown --ambient-caps +chown grep -E 'CapInh|CapAmb' /proc/self/status
setpriv --bounding-set -all grep -E 'CapEff|CapBnd' /proc/self/status
setpriv --bounding-set=-nosuch id
setpriv --bounding-set=chown id
setpriv --inh-caps=+chown setpriv -d | grep Inh
setpriv --dump --reuid 1
setpriv -d | head -n 6
setpriv --pdeathsig nosuch true
setpriv --reset-env env | sort
setpriv --list-caps | head -n 3
`);

describe('as the real ones', () => {
  test.skipIf(!there).each(CASES)('%s', async (line) => {
    expect(shown(await simulated(line, 'gnu'))).toBe(shown(real(line, 'gnu')));
  });
});
