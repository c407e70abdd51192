import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Netfilter, Surroundings } from './netfilter.ts';
import type { SockFs } from './sockfs.ts';

/** What all network namespaces of one machine share. */
export interface NetStack {
  readonly clock: Clock;
  readonly random: Random;
  readonly sockfs: SockFs;
  /** Makes the netfilter of a namespace, once that module is loaded. */
  readonly netfilter?: (around: Surroundings) => Netfilter;
}
