import type { Vertex } from '../../../builder/plan/vertex.ts';
import type { Definition } from '../definition.ts';

/** One part of a step's key. Two steps have the same key where all parts are the same. */
export interface KeyPart {
  is: 'instruction' | 'variable' | 'setting' | 'content' | 'parent';
  /** Which one, among those of its kind. */
  name: string;
  value: string;
  /** Of files: their paths with what counts of each, as far as it is kept; and where they are from. */
  files?: ReadonlyMap<string, string>;
  from?: Origin;
  /** Of what it stands on: the step, or the image. */
  step?: number;
  title?: string;
  isImage?: boolean;
}

/** Where files are taken from. */
export interface Origin {
  is: 'context' | 'document' | 'url' | 'image' | 'stage';
  name: string;
}

/** What else is known of what a key names. */
export interface Known {
  /** Whether it names files that were looked at. */
  isContent(digest: string): boolean;
  /** Those files, where their names are kept. */
  files(digest: string): ReadonlyMap<string, string> | undefined;
  parent(key: string): Pick<KeyPart, 'step' | 'title' | 'isImage'>;
  origin(from: Vertex | undefined): Origin;
}

/** Takes a definition apart. */
export function partsOf(definition: Definition, { op }: Pick<Vertex, 'op'>, known: Known): KeyPart[] {
  const parts: KeyPart[] = [];
  // What is not set is not in the key.
  const add = (is: KeyPart['is'], name: string, value: unknown, more: Partial<KeyPart> = {}) => {
    if (value === undefined) return;
    parts.push({ is, name, value: typeof value === 'string' ? value : JSON.stringify(value), ...more });
  };
  const parent = (name: string, key: string) => add('parent', name, key, key === '' ? {} : known.parent(key));
  const content = (name: string, digest: string, from: Vertex | undefined) => {
    const files = known.files(digest);
    add('content', name, digest, { from: known.origin(from), ...(files && { files }) });
  };
  for (const [field, value] of Object.entries(definition))
    switch (field) {
      case 'root':
      case 'lower':
      case 'upper':
        parent(field, value as string);
        break;
      case 'env':
        for (const entry of value as string[]) add('variable', ...split(entry));
        break;
      case 'actions':
        for (const [i, action] of (value as Record<string, unknown>[]).entries())
          for (const [name, one] of Object.entries(action))
            if (name !== 'content') add('setting', `${name}#${i}`, one);
            else content(`#${i}`, one as string, op.kind === 'file' ? fromOf(op.actions[i]) : undefined);
        break;
      case 'mounts':
        for (const [i, { from, ...own }] of (value as Record<string, unknown>[]).entries()) {
          add('setting', `mount#${i}`, own);
          if (typeof from !== 'string') continue;
          const mount = op.kind === 'exec' ? op.mounts[i] : undefined;
          if (!known.isContent(from)) parent(`mount#${i}`, from);
          else content(`mount#${i}`, from, mount && 'from' in mount ? mount.from : undefined);
        }
        break;
      case 'kind':
      case 'args':
        add('instruction', field, value);
        break;
      default:
        add('setting', field, value);
    }
  return parts;
}

const fromOf = (action: object | undefined): Vertex | undefined =>
  action !== undefined && 'from' in action ? (action.from as Vertex | undefined) : undefined;

function split(entry: string): [name: string, value: string] {
  const at = entry.indexOf('=');
  return [entry.slice(0, at), entry.slice(at + 1)];
}
