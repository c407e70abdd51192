import { docker as client } from '../../client/docker.ts';
import { dockerd } from '../../daemon/dockerd.ts';
import type { ProgramTable } from '../../kernel/program.ts';
import { runtimePrograms } from '../../runtime/programs.ts';

export const docker = (): ProgramTable =>
  new Map([['docker', client], ['dockerd', dockerd], ...runtimePrograms()]);
