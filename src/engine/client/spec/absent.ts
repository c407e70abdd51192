/**
 * Commands that the real client has and that are not modelled: their names and what they are for, so that help is
 * whole and nobody is told that they do not exist.
 */
import type { Leaf } from '../command.ts';
import { atLeast } from '../flags/arity.ts';

function absent(name: string, short: string): Leaf {
  return { spec: { name, args: '', short, arity: atLeast(0), flags: [], opaque: true } };
}

/** The commands of the plugin buildx that are not there. */
export const BUILDX: readonly Leaf[] = [
  absent('bake', 'Build from a file'),
  absent('create', 'Create a new builder instance'),
  absent('dial-stdio', 'Proxy current stdio streams to builder instance'),
  absent('du', 'Disk usage'),
  absent('history', 'Commands to work on build records'),
  absent('imagetools', 'Commands to work on images in registry'),
  absent('inspect', 'Inspect current builder instance'),
  absent('ls', 'List builder instances'),
  absent('rm', 'Remove one or more builder instances'),
  absent('stop', 'Stop builder instance'),
  absent('use', 'Set the current builder instance'),
  absent('version', 'Show buildx version information'),
];
