import { encode } from '../base/bytes.ts';
import { rfc3339Nano } from '../base/calendar.ts';
import { writeAll } from '../runtime/files.ts';
import { errorText } from '../runtime/go-error.ts';
import { type Configuration, rereadConfiguration } from './configuration.ts';
import type { Engine } from './engine.ts';
import type { DaemonFlags } from './flags.ts';
import { PATHS } from './identity.ts';
import { insecureProblem } from './registry/endpoint.ts';

/** Directives that a running daemon takes up. */
const RELOADABLE = ['debug', 'labels', 'insecure-registries', 'registry-mirrors'] as const;

/**
 * Reads the configuration file again, on SIGHUP. A directive that is not there any more stays as it was, and a file in which
 * something is wrong changes nothing. Models moby daemon/reload.go.
 */
export async function reload(engine: Engine, flags: DaemonFlags): Promise<void> {
  const { sys, configuration } = engine;
  const log = (level: string, message: string, key: string, value: string) => {
    const shown = /^[\w./-]+$/.test(value) ? value : JSON.stringify(value);
    const line = `time="${rfc3339Nano(engine.now())}" level=${level} msg="${message}" ${key}=${shown}\n`;
    return writeAll(sys, 2, encode(line));
  };
  const path = flags.configFile ?? PATHS.configuration;
  await log('info', 'Got signal to reload configuration', 'config-file', path);
  let fresh: Configuration;
  try {
    fresh = await rereadConfiguration(sys, flags);
  } catch (error) {
    await log('error', 'Error reloading configuration', 'error', errorText(error));
    return;
  }
  const problem = insecureProblem(fresh['insecure-registries'] ?? []);
  if (problem !== undefined) await log('error', 'Error reconfiguring the daemon', 'error', problem);
  else for (const key of RELOADABLE) if (key in fresh) Object.assign(configuration, { [key]: fresh[key] });
  await log('info', 'Reloaded configuration', 'config', JSON.stringify(configuration));
}
