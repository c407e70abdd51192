import type { Group, Leaf } from '../command.ts';
import type { FlagRow } from '../flags/spec.ts';
import { GLOBAL_FLAGS } from '../spec/global.ts';
import { GROUPS, LEAVES } from '../tree.ts';
import { DEPARTURES, type Departures, type Simplification } from './departures.ts';

/** How much of something is there: all of it, some of it, or nothing, which says so. */
export type Level = 'exact' | 'simplified' | 'absent';

export interface Verdict {
  level: Level;
  /** How it is simplified. */
  how?: Simplification;
}

export interface FlagVerdict extends Verdict {
  name: string;
  /** Its one letter, or nothing. */
  shorthand: string;
}

/** A command of the real client, and how much of it is there. */
export interface CommandVerdict extends Verdict {
  /** `docker network create` */
  path: string;
  flags: readonly FlagVerdict[];
  /** Its flags are not told apart: the command is refused whatever they are, or does without them. */
  isOpaque: boolean;
}

/** A table of commands: the ones without a group first, under an empty name. */
export interface FidelityGroup {
  name: string;
  commands: readonly CommandVerdict[];
}

/** All that `docker --help` and the helps below it name, with how much of it is there. */
export function fidelityTable(): FidelityGroup[] {
  const root = command('docker', GLOBAL_FLAGS, true, false);
  const own = LEAVES.map((leaf) => ofLeaf(`docker ${leaf.spec.name}`, leaf)).sort(byPath);
  return [
    { name: '', commands: [root, ...own] },
    ...GROUPS.filter(({ experimental }) => !experimental)
      .map((group) => ({
        name: group.name,
        commands: ofGroup(`docker ${group.name}`, group).sort(byPath),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  ];
}

const byPath = (a: CommandVerdict, b: CommandVerdict): number => (a.path < b.path ? -1 : 1);

/** Its commands, and those of groups within. */
function ofGroup(path: string, { leaves, groups = [], self, buildx }: Group): CommandVerdict[] {
  const named = (name: string) => buildx?.leaves.find(({ spec }) => spec.name === name);
  return [
    ...(self === undefined ? [] : [ofLeaf(path, self)]),
    ...leaves.map((leaf) => ofLeaf(`${path} ${leaf.spec.name}`, named(leaf.spec.name) ?? leaf)),
    ...groups.flatMap((group) => ofGroup(`${path} ${group.name}`, group)),
  ];
}

function ofLeaf(path: string, leaf: Leaf): CommandVerdict {
  const { spec, action } = leaf.buildx ?? leaf;
  const { refuses } = leaf;
  const isThere = action !== undefined && refuses !== 'absent';
  return command(path, spec.flags, isThere, (spec.opaque ?? false) || refuses === 'swarmless');
}

function command(
  path: string,
  rows: readonly FlagRow[],
  isThere: boolean,
  isOpaque: boolean,
): CommandVerdict {
  const departures = DEPARTURES[path] ?? {};
  const flags = rows
    .filter(([, , , , , hidden]) => hidden === undefined)
    .map(([name, shorthand]): FlagVerdict => ({ name, shorthand, ...verdict(departures, name, isThere) }));
  // What is asked of an engine in no swarm is refused whatever it is.
  const own: Verdict =
    isOpaque && isThere ? { level: 'simplified', how: 'swarmless' } : verdict(departures, '', isThere);
  return { path, flags, isOpaque, ...own };
}

function verdict({ absent = [], simplified = {} }: Departures, name: string, isThere: boolean): Verdict {
  if (!isThere || absent.includes(name)) return { level: 'absent' };
  const how = simplified[name];
  return how === undefined ? { level: 'exact' } : { level: 'simplified', how };
}

/** How many commands and flags are there, by level. */
export function counts(table: readonly FidelityGroup[]): Record<Level, number> {
  const all = table.flatMap(({ commands }) => commands).flatMap((one) => [one, ...one.flags]);
  const of = (level: Level) => all.filter((one) => one.level === level).length;
  return { exact: of('exact'), simplified: of('simplified'), absent: of('absent') };
}
