/** An answer's JSON as the Go struct that the real client decodes it into. */
import { marshalInOrder } from '../format/json.ts';
import { GoMap, GoNil, GoSlice, GoStruct, type GoValue, JsonNumber } from '../go-template/value.ts';
import { STRUCTS } from './structs.ts';

/** @param name a struct of `STRUCTS` */
export function typedView(name: 'container' | 'image' | 'network' | 'volume', raw: GoValue): GoValue {
  return struct(name, raw);
}

function struct(name: string, raw: GoValue, pointer = false): GoStruct {
  const fields = new Map<string, GoValue>();
  const entries = raw instanceof GoMap ? raw.entries : new Map<string, GoValue>();
  for (const [field, wire, type] of shape(name)) fields.set(field, convert(type, entries.get(wire) ?? null));
  return new GoStruct(`${pointer ? '*' : ''}${name}`, fields, new Map(), () => marshalInOrder(raw));
}

const shapes = new Map<string, [field: string, wire: string, type: string][]>();

function shape(name: string): [field: string, wire: string, type: string][] {
  let known = shapes.get(name);
  if (known === undefined) {
    known = (STRUCTS[name] ?? '')
      .split(' ')
      .filter((text) => text !== '')
      .map((text) => {
        const [names = '', type = 's'] = text.split(':');
        const [field = '', wire = field] = names.split('=');
        return [field, wire, type];
      });
    shapes.set(name, known);
  }
  return known;
}

function convert(type: string, raw: GoValue): GoValue {
  if (type.startsWith('*')) {
    const inner = type.slice(1);
    if (raw === null) return new GoNil(`*${goName(inner)}`);
    return inner in STRUCTS ? struct(inner, raw, true) : convert(inner, raw);
  }
  if (type.startsWith('[')) {
    const inner = type.slice(1, -1);
    const items = raw instanceof GoSlice ? raw.items.map((item) => convert(inner, item)) : [];
    return new GoSlice(items, `[]${goName(inner)}`, raw === null);
  }
  if (type.startsWith('{')) {
    const inner = type.slice(1, -1);
    const entries = raw instanceof GoMap ? [...raw.entries] : [];
    return new GoMap(
      new Map(entries.map(([key, item]) => [key, convert(inner, item)])),
      `map[string]${goName(inner)}`,
      convert(inner, null),
      raw === null,
    );
  }
  if (type in STRUCTS) return struct(type, raw);
  if (type === 's') return typeof raw === 'string' ? raw : '';
  if (type === 'b') return raw === true;
  if (type === 'i' || type === 'd') return raw instanceof JsonNumber ? Number(raw.text) : 0;
  return raw;
}

function goName(type: string): string {
  if (type === 's') return 'string';
  if (type === 'b') return 'bool';
  if (type === 'i' || type === 'd') return 'int';
  if (type === 'any') return 'interface {}';
  if (type.startsWith('*')) return `*${goName(type.slice(1))}`;
  if (type.startsWith('[')) return `[]${goName(type.slice(1, -1))}`;
  if (type.startsWith('{')) return `map[string]${goName(type.slice(1, -1))}`;
  return type;
}
