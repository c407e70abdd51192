/** Signed images (Docker Content Trust): asked for by a flag or the environment. */
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { ParsedFlags } from '../flags/parsed.ts';

/** Refuses to pull as if nobody had asked for a signature. */
export function refuseContentTrust(cli: Cli, flags: ParsedFlags): void {
  const wanted = flags.changed('disable-content-trust')
    ? !flags.bool('disable-content-trust')
    : trusted(cli.env('DOCKER_CONTENT_TRUST') ?? '');
  if (wanted)
    throw new CliError(
      'content trust (--disable-content-trust=false, DOCKER_CONTENT_TRUST) is not modelled in Drydock yet',
    );
}

/** What is no boolean counts as true. */
const trusted = (value: string) =>
  value !== '' && !['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(value);
