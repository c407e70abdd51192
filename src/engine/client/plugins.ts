import type { Cli } from './cli.ts';

/** Where docker looks for its plugins, after `~/.docker/cli-plugins` (docker/cli cli-plugins/manager). */
const DIRECTORIES = [
  '/usr/local/lib/docker/cli-plugins',
  '/usr/local/libexec/docker/cli-plugins',
  '/usr/lib/docker/cli-plugins',
  '/usr/libexec/docker/cli-plugins',
];

/** Whether a plugin of docker's is installed: `buildx` is the program `docker-buildx`. */
export async function hasPlugin(cli: Cli, directory: string, name: string): Promise<boolean> {
  for (const place of [`${directory}/cli-plugins`, ...DIRECTORIES])
    if (await cli.exists(`${place}/docker-${name}`)) return true;
  return false;
}
