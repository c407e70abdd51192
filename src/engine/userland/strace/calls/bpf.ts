import { BPF_F_ALLOW_MULTI, BPF_F_ALLOW_OVERRIDE, BPF_F_REPLACE } from '../../../kernel/bpf/attachment.ts';
import { SIZE } from '../../../kernel/bpf/instruction.ts';
import type { BpfCommand } from '../../../kernel/syscalls.ts';
import { formats } from '../format.ts';
import { ADDRESS, type Show } from '../show.ts';

const FLAGS: readonly (readonly [flag: number, name: string])[] = [
  [BPF_F_ALLOW_OVERRIDE, 'BPF_F_ALLOW_OVERRIDE'],
  [BPF_F_ALLOW_MULTI, 'BPF_F_ALLOW_MULTI'],
  [BPF_F_REPLACE, 'BPF_F_REPLACE'],
];

/** The size of union bpf_attr. */
const ATTRIBUTES = '144';

/** bpf(2). What its union holds beyond what a command reads is left out. */
export const bpfFormats = formats({
  bpf: {
    name: 'bpf',
    entry: (show, command) => [command.command, ...(asks(command) ? [] : [union(show, command)])],
    exit: (show, value, command) => [
      ...(asks(command) ? [union(show, command, value as number[] | undefined)] : []),
      ATTRIBUTES,
    ],
    result: (show, value) => (typeof value === 'number' ? show.fd(value) : '0'),
  },
});

/** Whether the kernel fills in a part of the union. */
const asks = ({ command }: BpfCommand): boolean => command === 'BPF_PROG_QUERY';

const union = (show: Show, command: BpfCommand, ids?: readonly number[]): string =>
  `{${attributes(show, command, ids).join(', ')}}`;

function attributes(show: Show, command: BpfCommand, ids: readonly number[] = []): string[] {
  switch (command.command) {
    case 'BPF_PROG_LOAD':
      return [
        'prog_type=BPF_PROG_TYPE_CGROUP_DEVICE',
        `insn_cnt=${command.instructions.length / SIZE}`,
        `insns=${ADDRESS}`,
        `license="${command.license}"`,
        '...',
      ];
    case 'BPF_PROG_ATTACH': {
      const flags = FLAGS.filter(([flag]) => command.flags & flag).map(([, name]) => name);
      return [
        `target_fd=${show.fd(command.target)}`,
        `attach_bpf_fd=${show.fd(command.program)}`,
        'attach_type=BPF_CGROUP_DEVICE',
        `attach_flags=${flags.join('|') || '0'}`,
        `replace_bpf_fd=${command.replaces === undefined ? '0' : show.fd(command.replaces)}`,
      ];
    }
    case 'BPF_PROG_DETACH':
      return [
        `target_fd=${show.fd(command.target)}`,
        `attach_bpf_fd=${show.fd(command.program)}`,
        'attach_type=BPF_CGROUP_DEVICE',
      ];
    case 'BPF_PROG_QUERY':
      return [
        `query={target_fd=${show.fd(command.target)}, attach_type=BPF_CGROUP_DEVICE, query_flags=0, attach_flags=0, ` +
          `prog_ids=[${ids.join(', ')}], prog_cnt=64 => ${ids.length}}`,
      ];
    case 'BPF_PROG_GET_FD_BY_ID':
      return [`prog_id=${command.id}`, 'next_id=0', 'open_flags=0'];
  }
}
