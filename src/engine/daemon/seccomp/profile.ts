import type { HostConfig } from '../../api/containers.ts';
import type { SeccompSpec } from '../../runtime/spec.ts';
import type { Engine } from '../engine.ts';
import { invalidParameter } from '../error.ts';
import { DEFAULT_PROFILE } from './default-profile.ts';

/** For whom a rule holds: all of the capabilities, one of the architectures, a kernel that is new enough. */
interface ProfileFilter {
  caps?: readonly string[];
  arches?: readonly string[];
  minKernel?: string;
}

type Call = NonNullable<SeccompSpec['syscalls']>[number];

/** A profile as Docker has them: what the runtime's specification has, and for whom. */
export interface SeccompProfile extends Omit<SeccompSpec, 'syscalls'> {
  archMap?: readonly { architecture: string; subArchitectures: readonly string[] }[];
  syscalls?: readonly (Call & { includes?: ProfileFilter; excludes?: ProfileFilter })[];
}

/** The filter that a container gets; none where it asks for none. Models moby daemon/seccomp_linux.go. */
export function seccompOf(
  engine: Engine,
  host: HostConfig,
  capabilities: readonly string[],
): SeccompSpec | undefined {
  const asked = (host.SecurityOpt ?? []).findLast((option) => /^seccomp[=:]/.test(option))?.slice(8);
  if (host.Privileged || asked === 'unconfined') return undefined;
  const profile = asked === undefined || asked === 'builtin' ? DEFAULT_PROFILE : parse(asked);
  return resolved(profile, capabilities, engine.host.uname.release);
}

function parse(text: string): SeccompProfile {
  const profile: unknown = JSON.parse(text);
  if (typeof profile === 'object' && profile !== null && !Array.isArray(profile))
    return profile as SeccompProfile;
  const kind = Array.isArray(profile) ? 'array' : typeof profile === 'boolean' ? 'bool' : typeof profile;
  throw invalidParameter(
    `Decoding seccomp profile failed: json: cannot unmarshal ${kind} into Go value of type seccomp.Seccomp`,
  );
}

/** The profile for one container. Models moby profiles/seccomp setupSeccomp(). */
function resolved(profile: SeccompProfile, capabilities: readonly string[], kernel: string): SeccompSpec {
  const all = (caps: readonly string[] = []) => caps.every((name) => capabilities.includes(name));
  const any = (caps: readonly string[] = []) => caps.some((name) => capabilities.includes(name));
  const { defaultAction, defaultErrnoRet, architectures, archMap = [], syscalls = [] } = profile;
  const own = archMap.find(({ architecture }) => architecture === 'SCMP_ARCH_X86_64');
  return {
    defaultAction,
    ...(defaultErrnoRet === undefined ? {} : { defaultErrnoRet }),
    architectures: architectures ?? (own ? [own.architecture, ...own.subArchitectures] : []),
    syscalls: syscalls
      .filter(
        ({ includes = {}, excludes = {} }) =>
          !excludes.arches?.includes('amd64') &&
          !any(excludes.caps) &&
          !(excludes.minKernel && isAtLeast(kernel, excludes.minKernel)) &&
          (!includes.arches || includes.arches.includes('amd64')) &&
          all(includes.caps) &&
          (!includes.minKernel || isAtLeast(kernel, includes.minKernel)),
      )
      .map(({ includes: _, excludes: __, ...call }) => call),
  };
}

function isAtLeast(release: string, wanted: string): boolean {
  const [major = 0, minor = 0] = release.split('.').map((part) => Number.parseInt(part, 10));
  const [least = 0, point = 0] = wanted.split('.').map(Number);
  return major > least || (major === least && minor >= point);
}
