import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import type { Group, Leaf } from './command.ts';
import { pluginHelp } from './help.ts';
import { DEPRECATED_SHORTHAND, readFlags } from './read-flags.ts';

/** Where docker looks for its plugins, after `~/.docker/cli-plugins` (docker/cli cli-plugins/manager). */
const DIRECTORIES = [
  '/usr/local/lib/docker/cli-plugins',
  '/usr/local/libexec/docker/cli-plugins',
  '/usr/lib/docker/cli-plugins',
  '/usr/libexec/docker/cli-plugins',
];

/** What a plugin says of itself. */
interface PluginMetadata {
  name: string;
  vendor: string;
  version: string;
  short: string;
}

/** Those that there are: Docker asks each program, these answer from here. */
const KNOWN: readonly PluginMetadata[] = [
  { name: 'buildx', vendor: 'Docker Inc.', version: '0.29.1', short: 'Docker Buildx' },
];

/** Where a plugin of docker's is installed: `buildx` is the program `docker-buildx`. */
async function placeOf(cli: Cli, directory: string, name: string): Promise<string | undefined> {
  for (const place of [`${directory}/cli-plugins`, ...DIRECTORIES])
    if (await cli.exists(`${place}/docker-${name}`)) return `${place}/docker-${name}`;
  return undefined;
}

/** Whether a plugin of docker's is installed. */
export const hasPlugin = async (cli: Cli, directory: string, name: string): Promise<boolean> =>
  (await placeOf(cli, directory, name)) !== undefined;

/** The plugins that are installed, and where. */
export async function installedPlugins(
  cli: Cli,
  directory: string,
): Promise<(PluginMetadata & { path: string })[]> {
  const found = await Promise.all(
    KNOWN.map(async (plugin) => ({ ...plugin, path: await placeOf(cli, directory, plugin.name) })),
  );
  return found.flatMap(({ path, ...plugin }) => (path === undefined ? [] : [{ ...plugin, path }]));
}

/** A command of a plugin, and what follows its name. */
interface FoundInPlugin {
  leaf: Leaf;
  path: string;
  args: readonly string[];
}

/**
 * The command that a line is for, in a plugin, whose flags may stand before and after each name. Where it asks for help, or for
 * nothing, help is printed and the result is the exit status.
 */
export async function findInPlugin(
  cli: Cli,
  group: Group,
  path: string,
  args: readonly string[],
  columns: number,
): Promise<FoundInPlugin | number> {
  const spec = { args: '', flags: group.flags ?? [], stopsAtFirstArgument: true };
  const parsed = readFlags(spec, path, args);
  const help = () => cli.out(pluginHelp(path, group, columns));
  if (parsed.help) {
    if (parsed.helpByShorthand) await cli.out(DEPRECATED_SHORTHAND);
    await help();
    return 0;
  }
  const [name, ...rest] = parsed.args;
  const before = args.slice(0, args.length - parsed.args.length);
  const within = group.groups?.find((one) => one.name === name);
  if (within !== undefined)
    return findInPlugin(cli, within, `${path} ${name}`, [...before, ...rest], columns);
  const leaf = group.leaves.find(({ spec }) => spec.name === name || spec.names?.includes(name ?? ''));
  if (leaf !== undefined) return { leaf, path: `${path} ${leaf.spec.name}`, args: [...before, ...rest] };
  if (group.self !== undefined) return { leaf: group.self, path, args };
  await help();
  if (name === undefined) return 0;
  throw new CliError(`ERROR: unknown command: ${JSON.stringify(name)}`);
}
