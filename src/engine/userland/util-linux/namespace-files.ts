import type { NamespaceKind } from '../../kernel/syscalls.ts';

/** The kinds of namespace by the letters that unshare(1) and nsenter(1) give them, in the order in which nsenter enters them. */
export const KINDS_BY_LETTER: readonly (readonly [letter: string, kind: NamespaceKind])[] = [
  ['U', 'user'],
  ['C', 'cgroup'],
  ['i', 'ipc'],
  ['u', 'uts'],
  ['n', 'net'],
  ['p', 'pid'],
  ['m', 'mnt'],
  ['T', 'time'],
];

/** Their long options. With a value, `--net=FILE`, that is reported under the option's own name. */
export const LONG_BY_LETTER: Readonly<Record<string, string>> = {
  mount: 'm::',
  uts: 'u::',
  ipc: 'i::',
  net: 'n::',
  pid: 'p::',
  user: 'U::',
  cgroup: 'C::',
  time: 'T::',
};
