import type { Tree } from '../images/tree.ts';
import type { KernelVersion } from '../kernel/kernel.ts';
import type { PullLimit } from '../registry/rate-limit.ts';
import type { SearchEntry } from '../registry/search.ts';
import type { Capability } from '../vfs/capabilities.ts';

/**
 * What a world starts from: the learner's machine and the internet around it. Plain data; the same scenario and
 * seed give the same world.
 */
export interface Scenario {
  name: string;
  host: HostSpec;
  hub: HubSpec;
  /** Passwords by user at the registry of the company next door, registry.example.com. */
  company?: Readonly<Record<string, string>>;
}

export interface HostSpec {
  hostname: string;
  /** Who sits at the terminal. */
  user: UserSpec;
  /** Where a fresh shell is, and where scripts run. Made when it is not there, and the user's. */
  directory: string;
  /** Its own address on the wire to the internet, the router there, and what /etc/resolv.conf names. */
  network: { address: string; prefix: number; gateway: string; nameservers: readonly string[] };
  /** Registries without TLS that run on it, on the loopback. */
  registries?: readonly LoopbackRegistry[];
  /** Files over the plain Debian installation. */
  files: Tree;
  /** Which kernel it runs. Default: Debian 12's. */
  kernel?: KernelVersion;
  /** Capabilities that nothing on it has, not even root: whoever started it has kept them back. */
  withoutCapabilities?: readonly Capability[];
  /** How control groups are mounted. Default: the one hierarchy of version 2. */
  cgroups?: LegacyCgroups;
}

/** A machine with control groups of version 1 (cgroups(7)). */
export interface LegacyCgroups {
  /** The hierarchies by their mount options, in order of mounting: `cpu`, `none,name=systemd`. */
  hierarchies: readonly string[];
  /** Whether that of version 2 is mounted beside them, without controllers. */
  unified?: boolean;
}

export interface UserSpec {
  name: string;
  uid: number;
  gid: number;
  /** Supplementary groups, by number. */
  groups: readonly number[];
  home: string;
}

export interface HubSpec {
  /** Which set of images Docker Hub serves. */
  catalogue: 'hub' | 'oracle';
  search: readonly SearchEntry[];
  /** Its search gives all it finds, however little it is asked for. */
  unlimitedSearch?: boolean;
  accounts: Readonly<Record<string, string>>;
  /** Personal access tokens by user, each as good as the password. */
  tokens?: Readonly<Record<string, readonly string[]>>;
  /** Repositories that only their owner may pull; `student/` means all of that user's. */
  privateRepositories?: readonly string[];
  /** Every repository has the blobs of all. */
  sharedBlobs?: boolean;
  /** How much may be pulled from it; without it as much as one likes. */
  pullLimit?: PullLimit;
}

export interface LoopbackRegistry {
  port: number;
  /** Passwords by user; without them everyone may do everything. */
  accounts?: Readonly<Record<string, string>>;
}
