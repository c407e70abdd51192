/** What all commands of the plugin buildx have. */
import type { FlagRow } from '../flags/spec.ts';

/** How buildx, a program of its own, begins what it has failed at. */
export const BUILDX_FAILURE = 'ERROR: ';

/** `--builder` as help shows it. */
export const BUILDER: FlagRow = ['builder', '', 'string', 'Override the configured builder instance'];

/** Read and not shown, by the commands that are for no builder or for all. */
export const HIDDEN_BUILDER: FlagRow = ['builder', '', 'string', BUILDER[3], undefined, 'hidden'];

export const DEBUG: FlagRow = ['debug', 'D', 'bool', 'Enable debug logging'];

/** What buildx reads in front of its commands, and each of them after its name. */
export const BUILDX_FLAGS: readonly FlagRow[] = [BUILDER, DEBUG];

/** `--progress` of the commands that build. */
export const PROGRESS: FlagRow = [
  'progress',
  '',
  'string',
  'Set type of progress output ("auto", "none",  "plain", "quiet", "rawjson", "tty"). Use plain to show container output',
  'auto',
];
