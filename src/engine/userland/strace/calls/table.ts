import type { CallFormat } from '../format.ts';
import { bpfFormats } from './bpf.ts';
import { descriptorFormats } from './descriptors.ts';
import { fileFormats } from './files.ts';
import { processFormats } from './processes.ts';
import { socketFormats } from './sockets.ts';

/** The format of each call that a tracer can see, by the name that it has in the simulated kernel. */
const FORMATS: Readonly<Record<string, unknown>> = {
  ...descriptorFormats,
  ...fileFormats,
  ...processFormats,
  ...socketFormats,
  ...bpfFormats,
  rt_sigreturn: { name: 'rt_sigreturn', entry: () => ['{mask=[]}'] } satisfies CallFormat,
};

/** How a call is written; one that has no format of its own goes by its name, its arguments left out. */
export function formatOf(name: string): CallFormat {
  // Each format fits the arguments of its call: what `formats` has checked.
  return (FORMATS[name] as CallFormat | undefined) ?? { name, entry: () => ['...'] };
}

/** The name of Linux' call that this is. */
export function linuxName(format: CallFormat, args: readonly unknown[]): string {
  return typeof format.name === 'string' ? format.name : format.name(...args);
}
