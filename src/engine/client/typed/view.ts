/** An answer's JSON as the Go struct that the real client decodes it into. */
import { marshal, marshalInOrder } from '../format/json.ts';
import { GoMap, GoNil, GoSlice, GoStruct, type GoValue, JsonNumber, truth } from '../go-template/value.ts';
import { STRUCTS } from './structs.ts';

/** @param name a struct of `STRUCTS` */
export function typedView(
  name:
    | 'container'
    | 'image'
    | 'network'
    | 'volume'
    | 'Index'
    | 'Descriptor'
    | 'Platform'
    | 'OciConfig'
    | 'OciRootFS'
    | 'OciHistory',
  raw: GoValue,
  type: string = name,
): GoStruct {
  return struct(name, raw, type);
}

/** A time.Time of its RFC 3339 text. */
export function timeView(text: string): GoStruct {
  const shown = text.replace(/^([\d-]+)T([\d:]+)(?:(\.\d*?[1-9])0*|\.0+)?Z$/, '$1 $2$3 +0000 UTC');
  return new GoStruct('time.Time', new Map(), new Map(), () => JSON.stringify(text), shown);
}

function struct(name: string, raw: GoValue, type = name): GoStruct {
  const fields = new Map<string, GoValue>();
  const entries = raw instanceof GoMap ? raw.entries : new Map<string, GoValue>();
  for (const [field, wire, type] of shape(name)) fields.set(field, convert(type, entries.get(wire) ?? null));
  return new GoStruct(type, fields, new Map(), () => json(name, fields, entries));
}

/** The struct as JSON: its own fields in its own order, as far as they were sent. */
function json(
  name: string,
  fields: ReadonlyMap<string, GoValue>,
  sent: ReadonlyMap<string, GoValue>,
): string {
  const omitsEmpty = STRUCTS[name]!.startsWith('~');
  const shown = shape(name).filter(
    ([field, wire]) => sent.has(wire) && !(omitsEmpty && !truth(fields.get(field)!)),
  );
  return `{${shown
    .map(
      ([field, wire, type]) =>
        `${JSON.stringify(wire)}:${isOpaque(type) ? marshalInOrder(sent.get(wire)!) : marshal(fields.get(field)!, false)}`,
    )
    .join(',')}}`;
}

const isOpaque = (type: string) => type.endsWith('any') || type.endsWith('any]') || type.endsWith('any}');

const shapes = new Map<string, [field: string, wire: string, type: string][]>();

function shape(name: string): [field: string, wire: string, type: string][] {
  let known = shapes.get(name);
  if (known === undefined) {
    known = (STRUCTS[name] ?? '')
      .split(' ')
      .filter((text) => text !== '' && text !== '~')
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
    return inner in STRUCTS ? struct(inner, raw, `*${inner}`) : convert(inner, raw);
  }
  if (type.startsWith('[')) {
    const inner = type.slice(1, -1);
    const items = raw instanceof GoSlice ? raw.items.map((item) => convert(inner, item)) : [];
    return new GoSlice(items, `[]${goName(inner)}`, raw === null);
  }
  if (type.startsWith('{') || type.startsWith('(')) {
    const inner = type.slice(1, -1);
    const entries = raw instanceof GoMap ? [...raw.entries] : [];
    return new GoMap(
      new Map(entries.map(([key, item]) => [key, convert(inner, item)])),
      goName(type),
      convert(inner, null),
      raw === null,
    );
  }
  if (type in STRUCTS) return struct(type, raw);
  if (type === 't') return timeView(typeof raw === 'string' ? raw : '0001-01-01T00:00:00Z');
  if (type === 's') return typeof raw === 'string' ? raw : '';
  if (type === 'b') return raw === true;
  if (type === 'i' || type === 'd') return raw instanceof JsonNumber ? Number(raw.text) : 0;
  return raw;
}

function goName(type: string): string {
  if (type === 's') return 'string';
  if (type === 't') return 'time.Time';
  if (type === 'b') return 'bool';
  if (type === 'i' || type === 'd') return 'int';
  if (type === 'any') return 'interface {}';
  if (type.startsWith('*')) return `*${goName(type.slice(1))}`;
  if (type.startsWith('[')) return `[]${goName(type.slice(1, -1))}`;
  if (type.startsWith('{')) return `map[string]${goName(type.slice(1, -1))}`;
  if (type.startsWith('(')) return `map[nat.Port]${goName(type.slice(1, -1))}`;
  return type;
}
