/** `docker plugin …`: of an engine without plugins, which is the only one that is modelled. Models docker/cli `cli/command/plugin`. */
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { formatList } from '../format/list.ts';
import { absolute } from '../parse/mount.ts';
import { imagePath } from './each.ts';
import { filtersOf } from './filters.ts';

export const list: Action = async (cli, { flags, config }) => {
  const filters = filtersOf(flags.list('filter'));
  await cli.engine.send('GET', '/plugins', {
    query: { filters: filters.empty ? undefined : filters.toJson() },
  });
  const quiet = flags.bool('quiet');
  let format = flags.string('format') || (quiet ? '' : (config.formats['pluginsFormat'] ?? ''));
  if (quiet && (format === '' || format === 'table')) format = '{{.ID}}';
  const headers = { ID: 'ID', Name: 'NAME', Description: 'DESCRIPTION', Enabled: 'ENABLED' };
  const table = '{{.ID}}\t{{.Name}}\t{{.Description}}\t{{.Enabled}}';
  await cli.out(formatList({ type: '*plugin.pluginContext', headers, format, table }, []));
  return undefined;
};

/** A command on one plugin: the request that does it. */
const on =
  (verb: string, query: Record<string, string> = {}): Action =>
  async (cli, { args, flags }) => {
    const asked = flags.changed('timeout') ? { timeout: flags.string('timeout') } : query;
    await cli.engine.send('POST', `/plugins/${imagePath(args[0]!)}/${verb}`, {
      query: asked,
      ...(verb === 'set' ? { body: args.slice(1) } : {}),
    });
    await cli.out(`${args[0]}\n`);
    return undefined;
  };

export const disable = on('disable');
export const enable = on('enable', { timeout: '30' });
export const set = on('set');

export const remove: Action = async (cli, { args, flags }) => {
  const problems: string[] = [];
  for (const name of args)
    try {
      await cli.engine.send('DELETE', `/plugins/${imagePath(name)}`, {
        query: { force: flags.bool('force') ? '1' : undefined },
      });
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      problems.push(error.message);
    }
  if (problems.length > 0) throw new CliError(problems.join('\n'));
  return undefined;
};

export const push: Action = async (cli, { args: [name = ''] }) => {
  const tagged = /:[^/]*$/.test(name) ? name : `${name}:latest`;
  await cli.engine.send('POST', `/plugins/${imagePath(tagged)}/push`);
  return undefined;
};

export const upgrade: Action = async (cli, { args: [name = ''] }) => {
  try {
    await cli.engine.send('GET', `/plugins/${imagePath(name)}/json`);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError(`error reading plugin data: ${error.message}`);
  }
  return undefined;
};

export const install: Action = async (cli, { args: [remote = ''] }) => {
  await cli.engine.send('GET', '/plugins/privileges', { query: { remote } });
  return undefined;
};

export const create: Action = async (cli, { args: [name = '', directory = ''] }) => {
  const path = absolute(await cli.cwd(), directory);
  if (!(await cli.exists(path))) throw new CliError(`lstat ${path}: no such file or directory`);
  await cli.engine.send('POST', '/plugins/create', { query: { name } });
  return undefined;
};
