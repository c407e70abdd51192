/** `--mount type=bind,src=…,dst=…`. Models docker/cli `opts/mount.go` of 28, error texts included. */

import type { Mount } from '../../api/containers.ts';
import { parseBool } from '../../base/go-bool.ts';
import { csvFields } from '../../base/go-csv.ts';
import { ramInBytes } from '../../base/go-units.ts';

const BARE = ['readonly', 'ro', 'volume-nocopy', 'bind-nonrecursive'];

/**
 * @param text the flag's value
 * @param cwd makes a relative source of a bind mount absolute; without it the source stays as it is
 */
export function parseMount(text: string, cwd?: string): Mount {
  if (text === '') throw new Error('EOF');
  const mount: Mount = { Type: 'volume' };
  const labels: Record<string, string> = {};
  const options: Record<string, string> = {};
  let driver: string | undefined;
  const volume = () => (mount.VolumeOptions ??= { DriverConfig: {} });
  const bind = () => (mount.BindOptions ??= {});
  const tmpfs = () => (mount.TmpfsOptions ??= {});
  for (const field of csvFields(text)) {
    const equals = field.indexOf('=');
    const key = (equals < 0 ? field : field.slice(0, equals)).toLowerCase();
    const value = equals < 0 ? '' : field.slice(equals + 1);
    if (equals < 0 && !BARE.includes(key))
      throw new Error(`invalid field '${field}' must be a key=value pair`);
    switch (key) {
      case 'type':
        mount.Type = value.toLowerCase();
        break;
      case 'source':
      case 'src':
        mount.Source = value;
        if (
          cwd !== undefined &&
          (value === '.' || value.startsWith('./') || value.startsWith('../') || value === '..')
        )
          mount.Source = absolute(cwd, value);
        break;
      case 'target':
      case 'dst':
      case 'destination':
        mount.Target = value;
        break;
      case 'readonly':
      case 'ro':
        mount.ReadOnly = equals < 0 ? true : bool(key, value);
        break;
      case 'consistency':
        mount.Consistency = value.toLowerCase();
        break;
      case 'bind-propagation':
        bind().Propagation = value.toLowerCase();
        break;
      case 'bind-nonrecursive':
        bind().NonRecursive = equals < 0 ? true : bool(key, value);
        break;
      case 'bind-recursive':
        if (value === 'enabled') break;
        if (value === 'disabled') bind().NonRecursive = true;
        else if (value === 'writable') bind().ReadOnlyNonRecursive = true;
        else if (value === 'readonly') bind().ReadOnlyForceRecursive = true;
        else
          throw new Error(
            `invalid value for ${key}: ${value} (must be "enabled", "disabled", "writable", or "readonly")`,
          );
        break;
      case 'volume-subpath':
        volume().Subpath = value;
        break;
      case 'volume-nocopy':
        volume().NoCopy = equals < 0 ? true : bool('volume-nocopy', value);
        break;
      case 'volume-label':
        set(labels, value);
        volume().Labels = labels;
        break;
      case 'volume-driver':
        driver = value;
        break;
      case 'volume-opt':
        set(options, value);
        break;
      case 'image-subpath':
        mount.ImageOptions = { Subpath: value };
        break;
      case 'tmpfs-size':
        try {
          tmpfs().SizeBytes = ramInBytes(value);
        } catch {
          throw new Error(`invalid value for ${key}: ${value}`);
        }
        break;
      case 'tmpfs-mode':
        if (!/^[0-7]+$/.test(value)) throw new Error(`invalid value for ${key}: ${value}`);
        tmpfs().Mode = Number.parseInt(value, 8);
        break;
      default:
        throw new Error(`unexpected key '${key}' in '${field}'`);
    }
  }
  if (driver !== undefined || Object.keys(options).length > 0)
    volume().DriverConfig = { ...(driver === undefined ? {} : { Name: driver }), Options: options };
  if (mount.VolumeOptions !== undefined) {
    // In the order of the wire.
    const { DriverConfig, ...rest } = mount.VolumeOptions;
    mount.VolumeOptions = { ...rest, DriverConfig };
  }
  if (mount.Type === '') throw new Error('type is required');
  if ((mount.Target ?? '') === '') throw new Error('target is required');
  if (mount.VolumeOptions !== undefined && mount.Type !== 'volume')
    throw new Error(`cannot mix 'volume-*' options with mount type '${mount.Type}'`);
  if (mount.ImageOptions !== undefined && mount.Type !== 'image')
    throw new Error(`cannot mix 'image-*' options with mount type '${mount.Type}'`);
  if (mount.BindOptions !== undefined && mount.Type !== 'bind')
    throw new Error(`cannot mix 'bind-*' options with mount type '${mount.Type}'`);
  if (mount.TmpfsOptions !== undefined && mount.Type !== 'tmpfs')
    throw new Error(`cannot mix 'tmpfs-*' options with mount type '${mount.Type}'`);
  if (mount.BindOptions?.ReadOnlyNonRecursive && !mount.ReadOnly)
    throw new Error(`option 'bind-recursive=writable' requires 'readonly' to be specified in conjunction`);
  if (mount.BindOptions?.ReadOnlyForceRecursive) {
    if (!mount.ReadOnly)
      throw new Error(`option 'bind-recursive=readonly' requires 'readonly' to be specified in conjunction`);
    if (mount.BindOptions.Propagation !== 'rprivate')
      throw new Error(
        `option 'bind-recursive=readonly' requires 'bind-propagation=rprivate' to be specified in conjunction`,
      );
  }
  return mount;
}

function bool(key: string, value: string): boolean {
  const read = parseBool(value);
  if (read !== undefined) return read;
  throw new Error(`invalid value for ${key}: ${value}`);
}

function set(map: Record<string, string>, pair: string): void {
  const equals = pair.indexOf('=');
  if (equals < 0) map[pair] = '';
  else map[pair.slice(0, equals)] = pair.slice(equals + 1);
}

/** `path` made absolute and clean (filepath.Abs). */
export function absolute(cwd: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}
