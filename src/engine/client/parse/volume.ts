/**
 * `--volume` in its short form. The client only tells binds and named volumes (with a source) from anonymous
 * ones, and makes relative sources absolute; the daemon reads the rest.
 * Models docker/cli `cli/compose/loader/volume.go`.
 */
import { absolute } from './mount.ts';

/** The text for `HostConfig.Binds`, or the path of an anonymous volume. Throws `invalid spec: …`. */
export function parseVolume(spec: string, cwd: string): { bind: string } | { anonymous: string } {
  if (spec === '') throw new Error('invalid empty volume spec');
  if (spec.length <= 2) return { anonymous: spec };
  // `z:/data` is a path on drive z.
  if (/^[a-zA-Z]:[\\/][^:]*$/.test(spec)) return { anonymous: spec };
  const parts = spec.split(':');
  // Part by part from the front: a third one is options, and must be the last.
  for (const [at, part] of parts.entries()) {
    if (part === '') throw new Error(`invalid spec: ${spec}: empty section between colons`);
    if (at === 2 && parts.length > 3) throw new Error(`invalid spec: ${spec}: too many colons`);
  }
  if (parts.length === 1) return { anonymous: spec };
  const source = parts[0]!;
  if (!source.startsWith('.')) return { bind: spec };
  return { bind: `${absolute(cwd, source)}:${spec.slice(source.length + 1)}` };
}
