import { errorText } from '../runtime/go-error.ts';
import { type Configuration, rereadConfiguration } from './configuration.ts';
import type { Engine } from './engine.ts';
import type { DaemonFlags } from './flags.ts';
import { PATHS } from './identity.ts';
import { logLine } from './log.ts';
import { insecureProblem } from './registry/endpoint.ts';

/** Directives that a running daemon takes up. */
const RELOADABLE = ['debug', 'labels', 'insecure-registries', 'live-restore', 'registry-mirrors'] as const;

/**
 * Reads the configuration file again, on SIGHUP. A directive that is not there any more stays as it was, and a file in which
 * something is wrong changes nothing. Models moby daemon/reload.go.
 */
export async function reload(engine: Engine, flags: DaemonFlags): Promise<void> {
  const { sys, configuration } = engine;
  const path = flags.configFile ?? PATHS.configuration;
  await logLine(engine, 'info', 'Got signal to reload configuration', { 'config-file': path });
  let fresh: Configuration;
  try {
    fresh = await rereadConfiguration(sys, flags);
  } catch (error) {
    await logLine(engine, 'error', 'Error reloading configuration', { error: errorText(error) });
    return;
  }
  const problem = insecureProblem(fresh['insecure-registries'] ?? []);
  if (problem !== undefined)
    await logLine(engine, 'error', 'Error reconfiguring the daemon', { error: problem });
  else for (const key of RELOADABLE) if (key in fresh) Object.assign(configuration, { [key]: fresh[key] });
  await logLine(engine, 'info', 'Reloaded configuration', { config: JSON.stringify(configuration) });
}
