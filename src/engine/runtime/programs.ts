import type { ProgramTable } from '../kernel/program.ts';
import { containerd } from './containerd.ts';
import { ctr } from './ctr.ts';
import { dockerInit } from './docker-init.ts';
import { dockerProxy } from './docker-proxy.ts';
import { runc } from './runc/main.ts';
import { containerdShim } from './shim.ts';

/** The executables of this room, by the names that files in /usr/bin carry. */
export const runtimePrograms = (): ProgramTable =>
  new Map([
    ['runc', runc],
    ['ctr', ctr],
    ['containerd', containerd],
    ['containerd-shim-runc-v2', containerdShim],
    ['docker-proxy', dockerProxy],
    ['docker-init', dockerInit],
  ]);
