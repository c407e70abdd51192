/** `docker manifest rm`. Models docker/cli `cli/command/manifest/rm.go`. */
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';
import { parseManifestName } from '../manifests/list.ts';
import { ManifestStore } from '../manifests/store.ts';

export const removeManifests: Action = async (cli, { args, directory }) => {
  const store = new ManifestStore(cli, directory);
  const failures: string[] = [];
  for (const name of args)
    try {
      const list = parseManifestName(name);
      await store.list(list);
      await store.remove(list);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      failures.push(error.message);
    }
  if (failures.length > 0) throw new CliError(failures.join('\n'));
  return undefined;
};
