import { describe, expect, test } from 'vitest';
import { asked, lines, real, shown, simulated } from '../testing.ts';
import type { Flavour } from '../utility.ts';

/** diff as the real ones, of GNU diffutils and of BusyBox. */
const there: Readonly<Record<Flavour, boolean>> = {
  gnu: /diffutils\) 3\.8/.test(asked('/usr/bin/diff', '--version')),
  busybox: /BusyBox v1\.35/.test(asked('/bin/busybox', '--help')),
};

const FILES = {
  a: 'one\ntwo\nthree\nfour\n',
  b: 'one\n2\nthree\nfour\nfive\n',
  long: Array.from({ length: 30 }, (_, i) => `line ${i}\n`).join(''),
  long2: Array.from({ length: 30 }, (_, i) => (i % 9 === 4 ? `changed ${i}\n` : `line ${i}\n`)).join(''),
  open: 'x',
  open2: 'x\ny',
  spaces: 'a b\n  c\n\nd\t\n',
  spaces2: 'a   b\nc\nd\nD\n',
  bin: 'a\0b',
  bin2: 'a\0c',
  tabs: 'a\tb\tc\na very long line that is longer than half of the width that side by side has\n',
  'd1/only': 'x\n',
  'd1/s/f': '1\n',
  'd2/s/f': '2\n',
  'd1/same': 's\n',
  'd2/same': 's\n',
  'd1/t/inner': 'q\n',
  'd2/t': 'q\n',
  'd2/z': 'y\n',
};
const stamped: Readonly<Record<Flavour, string>> = {
  gnu: 'find . -exec touch -d "2024-01-02 03:04:05 UTC" {} +; ',
  busybox: '',
};

const BOTH = `
diff a b
diff a a; echo $?
diff -u -L x -L y a b
diff -U 0 -L x -L y a b
diff -U 1 -L x -L y long long2
diff -L x -L y -u long long2
diff -q a b
diff a nosuch
diff nosuch a
diff
diff a
diff --nosuch a b
diff -L x -L y -u open open2
diff -L x -L y -u open2 open
diff -i -L x -L y -u spaces spaces2
diff -b -L x -L y -u spaces spaces2
diff -w -L x -L y -u spaces spaces2
diff -B -L x -L y -u spaces spaces2
diff -a -L x -L y -u bin bin2 | od -c
diff d1 d2
diff -q d1 d2
diff -L x -L y -u - b < a
diff -L x -L y -u a d1
`;

const GNU = `
diff long long2
diff open open2
diff -c a b
diff -C 1 long long2
diff -c open open2
diff -U0 a b
diff -1 -u long long2
diff -y a b
diff -y -W 40 a b
diff -y --suppress-common-lines a b
diff -y --left-column a b
diff -y open open2
diff -y tabs a
diff -y -W 60 tabs b
diff -y a a
diff -e a b
diff -e long long2
diff --normal a b
diff --brief a b
diff -s a a
diff --color=always a b
diff --color=always -u a b
diff --color=always -c a b
diff --color=bogus a b
diff a d1
diff d1 a
diff --label x -u a b
diff -r d1 d2
diff -rq d1 d2
diff -ru d1 d2
diff -x s -r d1 d2
diff -x 's*' -r d1 d2
diff -rs d1 d2
diff -N a nosuch
diff -uN a nosuch
diff -rN d1 d2
diff -S s d1 d2
diff bin bin2
diff -y -u a b
diff a b c
diff -U x a b
diff -Z spaces spaces2
diff -ib spaces spaces2
diff --strip-trailing-cr a b
diff -u a b > p; cat p | head -n 3
`;

const BUSYBOX = `
diff -s a b
diff -r d1 d2
diff -rq d1 d2
diff -rN d1 d2
diff -S s d1 d2
diff -T a b
diff bin bin2
diff a d1
diff -Z a b
`;

/** Pairs of texts over few different lines, where there are many shortest ways: which one is taken shows. */
function pairs(): { files: Record<string, string>; count: number } {
  let seed = 12345;
  const random = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * below);
  };
  const files: Record<string, string> = {};
  const count = 120;
  for (let i = 0; i < count; i++) {
    const text = () =>
      Array.from({ length: random(i % 3 === 0 ? 40 : 12) }, () => `${'abcdef'[random(6)]}\n`).join('');
    files[`x${i}`] = text();
    files[`y${i}`] = text();
  }
  return { files, count };
}

describe.each(['gnu', 'busybox'] as const)('as %s diff', (flavour) => {
  const cases = lines(BOTH + (flavour === 'gnu' ? GNU : BUSYBOX));
  test.skipIf(!there[flavour]).each(cases)('%s', async (line) => {
    const lab = { files: FILES };
    expect(shown(await simulated(stamped[flavour] + line, flavour, lab))).toBe(
      shown(real(stamped[flavour] + line, flavour, lab)),
    );
  });
});

test.skipIf(!there.gnu)('of many shortest ways, the one that GNU diff takes', async () => {
  const { files, count } = pairs();
  const line = `i=0; while [ $i -lt ${count} ]; do echo $i; diff x$i y$i; i=$((i+1)); done`;
  expect(shown(await simulated(line, 'gnu', { files }))).toBe(shown(real(line, 'gnu', { files })));
});
