/** `--build-context NAME=VALUE`. Models buildx build/opt.go, build.go loadInputs, and commands/build.go. */

import type { NamedContext } from '../../api/build.ts';
import { join } from '../../archive/paths.ts';
import { familiarString, InvalidReference, parseNormalizedNamed } from '../../oci/reference.ts';
import { S_IFDIR, S_IFMT } from '../../vfs/inode.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { isUrl, statOf } from '../files/build-context.ts';

/** A context beside the build's own: a directory, or what is written of it. */
export interface AskedContext extends NamedContext {
  directory?: string;
}

/** Reads what is asked for. Throws `CliError`. */
export async function namedContexts(cli: Cli, given: readonly string[]): Promise<AskedContext[]> {
  const named = given.map(nameAndValue);
  const contexts: AskedContext[] = [];
  for (const [name, value] of named) contexts.push({ name, ...(await placeOf(cli, name, value)) });
  return contexts;
}

function nameAndValue(text: string): [name: string, value: string] {
  const equals = text.indexOf('=');
  if (equals === -1) throw new CliError(`ERROR: invalid context value: ${text}, expected key=value`);
  const name = text.slice(0, equals);
  try {
    return [familiarString(parseNormalizedNamed(name)).replace(/:latest$/, ''), text.slice(equals + 1)];
  } catch (error) {
    if (!(error instanceof InvalidReference)) throw error;
    throw new CliError(`ERROR: invalid context name ${name}: ${error.message}`);
  }
}

async function placeOf(cli: Cli, name: string, value: string): Promise<Omit<AskedContext, 'name'>> {
  if (value.startsWith('docker-image://')) return { image: value.slice('docker-image://'.length) };
  const target = /^target:(.*)$/s.exec(value);
  if (target) throw refused(`failed to find target ${target[1]} for context ${name}`);
  if (value.startsWith('oci-layout://') || isUrl(value))
    throw new CliError(`ERROR: docker build: a build context ${value} is not modelled in Drydock yet`);
  const directory = join(value.startsWith('/') ? '' : await cli.cwd(), value);
  const stat = value === '' ? undefined : await statOf(cli, directory);
  if (stat === undefined)
    throw refused(`failed to get build context ${name}: stat ${value}: no such file or directory`);
  if ((stat.mode & S_IFMT) !== S_IFDIR)
    throw refused(`failed to get build context ${name}: ${value}: not a directory`);
  return { directory };
}

const refused = (why: string): CliError => new CliError(`ERROR: failed to build: ${why}`);
