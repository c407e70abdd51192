/** `docker trust inspect`: no registry here keeps signatures, as Docker's own no longer does. Models docker/cli `cli/command/trust`. */
import { parseNormalizedNamed } from '../../oci/reference.ts';
import { CliError } from '../cli-error.ts';
import type { Action } from '../command.ts';

const RETIRED = `WARNING: Docker is retiring DCT for Docker Official Images (DOI).
         For details, refer to https://docs.docker.com/go/dct-deprecation/

`;

export const inspectTrust: Action = async (cli, { args, flags }) => {
  const problems: string[] = [];
  for (const name of args) {
    try {
      const { domain } = parseNormalizedNamed(name);
      if (domain === 'docker.io') await cli.err(RETIRED);
      problems.push(`no signatures or cannot access ${name}`);
    } catch (error) {
      problems.push((error as Error).message);
    }
    if (flags.bool('pretty')) throw new CliError(problems.join('\n'));
  }
  await cli.out('[]\n');
  throw new CliError(problems.join('\n'));
};
