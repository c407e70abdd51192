import { inOrder } from '../../base/go-json.ts';
import { fromHumanSize } from '../../base/go-units.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { errorText } from '../../runtime/go-error.ts';
import { parseMountOptions } from '../../runtime/mount-options.ts';
import { invalidParameter, systemError } from '../error.ts';

/** What a volume of the local driver may be told: a file system that is mounted at its place while a container uses it. */
export type VolumeOptions = Readonly<Record<string, string>>;

const KNOWN = ['type', 'o', 'device', 'size'];

/** Options as they are kept; null for none. Models moby volume/local validateOpts(). */
export function checkVolumeOptions(
  name: string,
  given: VolumeOptions | null | undefined,
): VolumeOptions | null {
  const options = given ?? {};
  const names = Object.keys(options);
  if (names.length === 0) return null;
  const refuse = (why: string) => invalidParameter(`create ${name}: ${why}`);
  const unknown = names.find((option) => !KNOWN.includes(option));
  if (unknown !== undefined) throw refuse(`invalid option: ${JSON.stringify(unknown)}`);
  if (options['size'] !== undefined) {
    try {
      fromHumanSize(options['size']);
    } catch (error) {
      throw refuse((error as Error).message);
    }
    throw refuse('quota size requested but no quota support');
  }
  for (const required of ['device', 'type'])
    if (!options[required]) throw refuse(`missing required option: ${JSON.stringify(required)}`);
  return inOrder(options);
}

/** Mounts what the options say. */
export async function mountVolume(sys: Syscalls, at: string, options: VolumeOptions): Promise<void> {
  const { device = '', type = '', o = '' } = options;
  const { flags, data } = parseMountOptions(o === '' ? [] : o.split(','));
  try {
    await sys.mount(device, at, type, flags, data);
  } catch (error) {
    const how = [
      `${device}:${at}`,
      ...(flags === 0 ? [] : [`flags: 0x${flags.toString(16)}`]),
      ...(data === '' ? [] : [`data: ${data}`]),
    ].join(', ');
    throw systemError(
      `error while mounting volume '${at}': failed to mount local volume: mount ${how}: ${errorText(error)}`,
    );
  }
}
