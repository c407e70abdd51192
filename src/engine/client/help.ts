/** Help texts, made from the specs. Models docker/cli `cli/cobra.go`, its usage template. */
import { flagUsages } from '../base/flag-usage.ts';
import type { Group, Leaf } from './command.ts';
import type { CommandSpec, FlagRow } from './flags/spec.ts';

/** `docker run [OPTIONS] IMAGE …`: what usage lines show. */
export const useLine = (path: string, args: string): string => (args === '' ? path : `${path} ${args}`);

/** The help of a command. @param columns the width of the terminal */
export function commandHelp(path: string, spec: CommandSpec, columns: number): string {
  const parts = [`Usage:  ${useLine(path, spec.args)}`, spec.long ?? spec.short];
  if (spec.aliases !== undefined) parts.push(`Aliases:\n  ${spec.aliases.join(', ')}`);
  if (spec.flags.some((row) => row[5] !== 'hidden')) parts.push(`Options:\n${flags(spec.flags, columns)}`);
  return `${parts.join('\n\n')}\n`;
}

/** The help of a group (`docker container`). */
export function groupHelp(path: string, group: Group): string {
  const leaves = group.leaves.filter((leaf) => !leaf.spec.hidden);
  const groups = leaves.filter((leaf) => leaf.group !== undefined).map((leaf) => leaf.spec);
  return `${[
    `Usage:  ${path} COMMAND`,
    group.long ?? group.short,
    ...(groups.length > 0 ? [`Management Commands:\n${commandList(groups)}`] : []),
    `Commands:\n${commandList(leaves.filter((leaf) => leaf.group === undefined).map((leaf) => leaf.spec))}`,
    `Run '${path} COMMAND --help' for more information on a command.`,
  ].join('\n\n')}\n`;
}

/** The help of a group of a plugin, which has flags, and groups within. */
export function pluginHelp(path: string, group: Group, columns: number): string {
  const parts = [`Usage:  ${path} [OPTIONS] COMMAND`, group.long ?? group.short];
  parts.push(`Options:\n${flags(group.flags ?? [], columns)}`);
  if (group.groups !== undefined) parts.push(`Management Commands:\n${commandList(group.groups)}`);
  parts.push(`Commands:\n${commandList(group.leaves.map(({ spec }) => spec))}`);
  parts.push(`Run '${path} COMMAND --help' for more information on a command.`);
  if (group.hint !== undefined) parts.push(group.hint);
  return `${parts.join('\n\n')}\n`;
}

export interface RootHelp {
  common: readonly Leaf[];
  groups: readonly Group[];
  swarm: readonly Group[];
  commands: readonly Leaf[];
  flags: readonly FlagRow[];
}

/** `docker --help` */
export function rootHelp(root: RootHelp, columns: number): string {
  const specs = (leaves: readonly Leaf[]) =>
    leaves.filter((leaf) => !leaf.spec.hidden).map((leaf) => leaf.spec);
  return `${[
    'Usage:  docker [OPTIONS] COMMAND',
    'A self-sufficient runtime for containers',
    `Common Commands:\n${commandList(specs(root.common))}`,
    `Management Commands:\n${commandList(root.groups)}`,
    `Swarm Commands:\n${commandList(root.swarm)}`,
    `Commands:\n${commandList(specs(root.commands))}`,
    `Global Options:\n${flags(root.flags, columns)}`,
    "Run 'docker COMMAND --help' for more information on a command.",
    'For more help on how to use Docker, head to https://docs.docker.com/go/guides/',
  ].join('\n\n')}\n`;
}

const flags = (rows: readonly FlagRow[], columns: number) => flagUsages(rows, columns - 1).trimEnd();

const commandList = (commands: readonly { name: string; short: string }[]) =>
  commands.map(({ name, short }) => `  ${name.padEnd(11)} ${short}`).join('\n');
