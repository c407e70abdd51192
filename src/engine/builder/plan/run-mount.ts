import { parseBool } from '../../base/go-bool.ts';
import { csvFields } from '../../base/go-csv.ts';
import { ramInBytes } from '../../base/go-units.ts';
import { DockerfileError } from '../ast.ts';
import { didYouMean } from '../suggest.ts';

/** `RUN --mount=type=…`. Models BuildKit instructions/commands_runmount.go. */
export interface RunMount {
  type: 'bind' | 'cache' | 'tmpfs' | 'secret' | 'ssh';
  from: string;
  source: string;
  target: string;
  readOnly: boolean;
  /** Bytes; 0 for as much as there is. */
  size: number;
  id: string;
  sharing: string;
  required: boolean;
  env: string | undefined;
  mode: number | undefined;
  uid: number | undefined;
  gid: number | undefined;
}

const TYPES = ['bind', 'cache', 'tmpfs', 'secret', 'ssh'] as const;
const SHARING = ['shared', 'private', 'locked'];
const KEYS =
  'type from source target readonly id sharing required size mode uid gid src dst destination ro rw readwrite env'.split(
    ' ',
  );

/** The stage or image that a mount takes from, empty where none is named; known before variables are. */
export function sourceOfMount(text: string): string {
  let from = '';
  for (const [key, value] of fieldsOf(text)) {
    if (key !== 'from' || value === undefined) continue;
    const dollar = value.indexOf('$');
    if (dollar !== -1 && dollar !== value.length - 1)
      throw new DockerfileError("'from' doesn't support variable expansion, define alias stage instead");
    from = value;
  }
  return from;
}

function fieldsOf(text: string): [key: string, value: string | undefined, field: string][] {
  let fields: string[];
  try {
    fields = csvFields(text, true);
  } catch (error) {
    throw new DockerfileError(`failed to parse csv mounts: ${(error as Error).message}`);
  }
  return fields.map((field) => {
    const equals = field.indexOf('=');
    if (equals === -1) return [field.toLowerCase(), undefined, field];
    return [field.slice(0, equals).toLowerCase(), field.slice(equals + 1), field];
  });
}

/** @param expand puts variables into values. Throws `DockerfileError`. */
export function parseRunMount(text: string, expand: (word: string) => string): RunMount {
  const mount: RunMount = {
    type: 'bind',
    from: '',
    source: '',
    target: '',
    readOnly: false,
    size: 0,
    id: '',
    sharing: '',
    required: false,
    env: undefined,
    mode: undefined,
    uid: undefined,
    gid: undefined,
  };
  let isAccessSaid = false;
  const unexpected = (key: string) =>
    new DockerfileError(`unexpected key '${key}' for mount type '${mount.type}'`);
  for (const [key, raw, field] of fieldsOf(text)) {
    const value = raw === undefined ? undefined : expand(raw);
    switch (key) {
      case 'readonly':
      case 'ro':
        mount.readOnly = value === undefined || boolOf(key, value);
        isAccessSaid = true;
        continue;
      case 'readwrite':
      case 'rw':
        mount.readOnly = !(value === undefined || boolOf(key, value));
        isAccessSaid = true;
        continue;
      case 'required':
        if (mount.type !== 'secret' && mount.type !== 'ssh') throw unexpected(key);
        mount.required = value === undefined || boolOf(key, value);
        continue;
    }
    if (value === undefined) throw new DockerfileError(`invalid field '${field}' must be a key=value pair`);
    switch (key) {
      case 'type': {
        const type = TYPES.find((known) => known === value.toLowerCase());
        if (type === undefined)
          throw new DockerfileError(`unsupported mount type "${value}"${didYouMean(value, TYPES)}`);
        mount.type = type;
        break;
      }
      case 'from':
        mount.from = value;
        break;
      case 'source':
      case 'src':
        mount.source = value;
        break;
      case 'target':
      case 'dst':
      case 'destination':
        mount.target = value;
        break;
      case 'size':
        if (mount.type !== 'tmpfs') throw unexpected(key);
        mount.size = sizeOf(value);
        break;
      case 'id':
        mount.id = value;
        break;
      case 'sharing':
        if (!SHARING.includes(value.toLowerCase()))
          throw new DockerfileError(`unsupported sharing value "${value}"${didYouMean(value, SHARING)}`);
        mount.sharing = value.toLowerCase();
        break;
      case 'mode':
        if (!/^[0-7]+$/.test(value)) throw new DockerfileError(`invalid value ${value} for mode`);
        mount.mode = Number.parseInt(value, 8);
        break;
      case 'uid':
      case 'gid':
        if (!/^\d+$/.test(value)) throw new DockerfileError(`invalid value ${value} for ${key}`);
        mount[key] = Number(value);
        break;
      case 'env':
        mount.env = value;
        break;
      default:
        throw new DockerfileError(`unexpected key '${key}' in '${field}'${didYouMean(key, KEYS)}`);
    }
  }
  if (!isAccessSaid) mount.readOnly = mount.type !== 'cache' && mount.type !== 'tmpfs';
  check(mount);
  return mount;
}

function check({ type, mode, uid, gid, from, sharing, source, target, id }: RunMount): void {
  if (type === 'bind' || type === 'tmpfs')
    for (const [name, value] of [
      ['mode', mode],
      ['uid', uid],
      ['gid', gid],
    ] as const)
      if (value !== undefined) throw new DockerfileError(`${name} not allowed for "${type}" type mounts`);
  if (type === 'secret') {
    if (from !== '') throw new DockerfileError('secret mount should not have a from');
    if (sharing !== '') throw new DockerfileError('secret mount should not define sharing');
    if (source === '' && target === '' && id === '')
      throw new DockerfileError('invalid secret mount. one of source, target required');
    if (source !== '' && id !== '') throw new DockerfileError("both source and id can't be set");
  }
  if (sharing !== '' && type !== 'cache')
    throw new DockerfileError(`invalid cache sharing set for ${type} mount`);
}

function boolOf(key: string, value: string): boolean {
  const read = parseBool(value);
  if (read === undefined) throw new DockerfileError(`invalid value for ${key}: ${value}`);
  return read;
}

function sizeOf(value: string): number {
  try {
    return ramInBytes(value);
  } catch {
    throw new DockerfileError(`invalid value for size: ${value}`);
  }
}
