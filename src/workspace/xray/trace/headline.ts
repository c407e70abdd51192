import type { TraceKind, TraceLine, TraceStep } from '../../../lab/xray/trace/model.ts';
import { fill } from '../../words/index.ts';
import type { TraceWords } from './words.ts';

/** How far down the chain from the command to its container a process stands. */
export function depthOf({ comm, innerPid }: TraceStep): number {
  const depths: Readonly<Record<string, number>> = {
    docker: 0,
    dockerd: 1,
    'docker-proxy': 2,
    containerd: 2,
    'containerd-shim': 3,
    runc: 4,
  };
  return depths[comm] ?? (innerPid === undefined ? 0 : 5);
}

/** What a step is about, in the order of its lines: requests as they are, of the rest the kinds, with how often. */
export function headline(
  { lines, comm, command }: TraceStep,
  own: TraceWords,
): { kind: TraceKind; text: string }[] {
  return stretches(lines, (line) => (isMessage(line) ? line.text : line.kind)).map((stretch) => {
    const [first] = stretch as [TraceLine];
    const { kind } = first;
    const name = own[`kind_${kind}`];
    const what =
      kind === 'api'
        ? first.text
        : kind === 'task'
          ? fill(own.what, { name, what: /^\w*/.exec(first.text)?.[0] ?? '' })
          : kind === 'program'
            ? fill(own.what, { name, what: `${comm} ${verbOf(command)}`.trimEnd() })
            : name;
    return { kind, text: stretch.length === 1 ? what : fill(own.times, { what, n: stretch.length }) };
  });
}

/** What runc and its shim are told to do. */
const verbOf = (command: string) =>
  /runc/.test(command) ? (command.split(' ').find((word) => VERBS.has(word)) ?? '') : '';

const VERBS = new Set(['create', 'start', 'run', 'exec', 'delete', 'kill', 'state', 'list']);

/** Lines one after another that are the same in some respect. */
export function stretches(lines: readonly TraceLine[], respect: (line: TraceLine) => string): TraceLine[][] {
  const all: TraceLine[][] = [];
  for (const line of lines) {
    const last = all.at(-1);
    if (last && respect(last[0]!) === respect(line)) last.push(line);
    else all.push([line]);
  }
  return all;
}

/** `142 more: read 80, openat 40`. */
export function othersText({ others }: TraceStep, own: TraceWords): string {
  const list = others.map(([call, n]) => fill(own.other, { call, n })).join(', ');
  return fill(own.others, { n: others.reduce((sum, [, n]) => sum + n, 0), list });
}

const isMessage = ({ kind }: TraceLine) => kind === 'api' || kind === 'task';
