import type { Descriptor } from './descriptor.ts';

/** For which machine an image is (image-index.md, "platform"). */
export interface Platform {
  architecture: string;
  os: string;
  variant?: string;
  'os.version'?: string;
  'os.features'?: string[];
}

/** What a document says of a platform, as Go writes it: both names always, in Go's order, and nothing else that the document has. */
export function platformOf(said: Partial<Platform> = {}): Platform {
  const { architecture = '', os = '', variant } = said;
  const { 'os.version': version, 'os.features': features } = said;
  return {
    architecture,
    os,
    ...(version ? { 'os.version': version } : {}),
    ...(features?.length ? { 'os.features': features } : {}),
    ...(variant ? { variant } : {}),
  };
}

export class InvalidPlatform extends Error {
  override name = 'InvalidPlatform';
}

const ARCHITECTURES: Record<string, [architecture: string, variant?: string]> = {
  i386: ['386'],
  x86_64: ['amd64'],
  'x86-64': ['amd64'],
  aarch64: ['arm64'],
  armhf: ['arm', 'v7'],
  armel: ['arm', 'v6'],
};

const KNOWN_OS = new Set([
  'linux',
  'windows',
  'darwin',
  'freebsd',
  'netbsd',
  'openbsd',
  'solaris',
  'aix',
  'android',
  'dragonfly',
  'illumos',
  'ios',
  'js',
  'plan9',
  'wasip1',
]);
const KNOWN_ARCHITECTURES = new Set([
  '386',
  'amd64',
  'arm',
  'arm64',
  'loong64',
  'mips',
  'mips64',
  'mips64le',
  'mipsle',
  'ppc64',
  'ppc64le',
  'riscv64',
  's390x',
  'wasm',
]);

/** Parses `linux/arm64/v8`, `linux` or `arm64`. Models containerd/platforms Parse. */
export function parsePlatform(
  text: string,
  host: Platform = { os: 'linux', architecture: 'amd64' },
): Platform {
  const parts = text.split('/');
  if (!/^([A-Za-z0-9_-]+)(?:\(([A-Za-z0-9_.%-]*)((?:\+[A-Za-z0-9_.%-]+)*)\))?$/.test(parts[0]!))
    throw new InvalidPlatform(
      `"${parts[0]}" is an invalid OS component of "${text}": OSAndVersion specifier component must match "^([A-Za-z0-9_-]+)(?:\\\\(([A-Za-z0-9_.%-]*)((?:\\\\+[A-Za-z0-9_.%-]+)*)\\\\))?$": invalid argument`,
    );
  for (const part of parts.slice(1))
    if (!/^[A-Za-z0-9_.-]+$/.test(part))
      throw new InvalidPlatform(
        `"${part}" is an invalid component of "${text}": platform specifier component must match "^[A-Za-z0-9_.-]+$": invalid argument`,
      );
  if (parts.length === 1) {
    const os = parts[0]!.toLowerCase();
    if (KNOWN_OS.has(os)) return { ...host, os };
    const platform = plainly(normalizePlatform({ os: host.os, architecture: parts[0]! }));
    if (KNOWN_ARCHITECTURES.has(platform.architecture)) return platform;
    throw new InvalidPlatform(`"${text}": unknown operating system or architecture: invalid argument`);
  }
  if (parts.length > 3)
    throw new InvalidPlatform(`"${text}": cannot parse platform specifier: invalid argument`);
  const [os, architecture, variant] = parts as [string, string, string?];
  if (variant === undefined) return plainly(normalizePlatform({ os, architecture }));
  const platform = normalizePlatform({ os, architecture, variant });
  return platform.architecture === 'arm64' ? { ...platform, variant: platform.variant ?? 'v8' } : platform;
}

/** arm of the variant that it is by default needs none. */
function plainly(platform: Platform): Platform {
  if (platform.architecture !== 'arm' || platform.variant !== 'v7') return platform;
  const { variant: _, ...rest } = platform;
  return rest;
}

/** Common aliases to Go's names; arm64's default variant v8 and amd64's v1 are left out. */
export function normalizePlatform(platform: Platform): Platform {
  const lower = platform.architecture.toLowerCase();
  const [architecture, implied] = ARCHITECTURES[lower] ?? [lower];
  let variant = platform.variant?.toLowerCase() || implied;
  if (architecture === 'arm' && (variant === undefined || variant === '7')) variant = 'v7';
  if (architecture === 'arm64' && (variant === 'v8' || variant === '8')) variant = undefined;
  if (architecture === 'amd64' && variant === 'v1') variant = undefined;
  const { variant: _, ...rest } = platform;
  const os = platform.os.toLowerCase() === 'macos' ? 'darwin' : platform.os.toLowerCase();
  return { ...rest, os, architecture, ...(variant === undefined ? {} : { variant }) };
}

/** `os/architecture[/variant]`. */
export function formatPlatform({ os, architecture, variant }: Platform): string {
  return [os, architecture, variant].filter((part) => part !== undefined && part !== '').join('/');
}

export function samePlatform(a: Platform, b: Platform): boolean {
  return formatPlatform(normalizePlatform(a)) === formatPlatform(normalizePlatform(b));
}

/**
 * The manifest of an index that a machine takes: the first that matches the platform. An arm machine also runs lower
 * variants, best first (platforms.Only). Attestations, which BuildKit files under `unknown/unknown`, match nothing.
 */
export function choosePlatform(manifests: readonly Descriptor[], wanted: Platform): Descriptor | undefined {
  for (const candidate of runnable(normalizePlatform(wanted))) {
    const found = manifests.find((d) => d.platform !== undefined && samePlatform(d.platform, candidate));
    if (found) return found;
  }
  return undefined;
}

function runnable(platform: Platform): Platform[] {
  const out = [platform];
  if (platform.architecture === 'arm') {
    const version = Number(platform.variant?.slice(1) ?? 7);
    for (let v = version - 1; v >= 5; v--) out.push({ ...platform, variant: `v${v}` });
  }
  return out;
}
