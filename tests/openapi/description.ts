import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';

/** The Engine API's description (Swagger 2.0). */
const FILE = fileURLToPath(new URL('../../../shared/conformance/docker-engine-v1.50.yaml', import.meta.url));

export const noDescription = existsSync(FILE) ? undefined : `${FILE} is not there`;

/** A schema of Swagger's, which is JSON Schema with null said in its own way. */
interface Schema {
  $ref?: string;
  type?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  allOf?: Schema[];
  enum?: unknown[];
  'x-nullable'?: boolean;
  [key: string]: unknown;
}

interface Operation {
  produces?: string[];
  responses: Record<string, { schema?: Schema }>;
}

interface Document {
  produces: string[];
  paths: Record<string, Record<string, Operation>>;
  definitions: Record<string, Schema>;
}

export interface Answer {
  status: number;
  contentType: string;
  body: string;
}

/** What the description says of each call, and what of an answer is not as it says. */
export class Description {
  readonly #document: Document;
  readonly #ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor() {
    this.#document = parse(readFileSync(FILE, 'utf8')) as Document;
    const definitions = Object.fromEntries(
      Object.entries(this.#document.definitions).map(([name, schema]) => [name, withNull(schema)]),
    );
    this.#ajv.addSchema({ $id: 'engine', definitions });
  }

  /** All calls, as `GET /containers/json`. */
  calls(): string[] {
    return Object.entries(this.#document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
  }

  /** What is wrong with an answer to a call; each JSON document of a stream is looked at. */
  problems(call: string, { status, contentType, body }: Answer): string[] {
    const [method = '', path = ''] = call.split(' ');
    const operation = this.#document.paths[path]?.[method.toLowerCase()];
    if (operation === undefined) return [`${call} is not described`];
    const response = operation.responses[status];
    if (response === undefined) return [`status ${status} is not described`];
    const { schema } = response;
    if (schema === undefined || body === '') return [];
    const produces = operation.produces ?? this.#document.produces;
    const type = contentType.split(';')[0]!;
    if (status < 400 && !produces.includes(type))
      return [`content type ${type}: expected ${produces.join(' or ')}`];
    if (type !== 'application/json') return [];
    return body
      .split(/\r?\n(?=[[{])/)
      .filter((line) => line.trim() !== '')
      .flatMap((line) => this.#judge(`${call} ${status}`, schema, JSON.parse(line)))
      .filter((problem, i, all) => all.indexOf(problem) === i);
  }

  #judge(name: string, schema: Schema, value: unknown): string[] {
    const validate = this.#compiled.get(name) ?? this.#ajv.compile(absolute(withNull(schema)) as object);
    this.#compiled.set(name, validate);
    validate(value);
    const wrong = (validate.errors ?? [])
      // That it is neither the one nor null is said by the one.
      .filter(({ keyword }) => keyword !== 'anyOf' && keyword !== 'allOf')
      .filter(({ schemaPath, params }) => !(schemaPath.includes('/anyOf/1') && params['type'] === 'null'))
      .map(({ instancePath, message }) => `${instancePath.replace(/\/\d+(?=\/|$)/g, '/…')} ${message}`);
    return [...new Set([...wrong, ...this.#unknown(schema, value, '')])];
  }

  /** Fields that the description does not know. */
  #unknown(asked: Schema, value: unknown, at: string): string[] {
    const schema = this.#resolved(asked);
    if (Array.isArray(value))
      return schema.items ? value.flatMap((item) => this.#unknown(schema.items!, item, `${at}/…`)) : [];
    if (typeof value !== 'object' || value === null) return [];
    const known = this.#properties(schema);
    const { additionalProperties: more } = schema;
    return Object.entries(value).flatMap(([name, inner]) => {
      if (known[name]) return this.#unknown(known[name], inner, `${at}/${name}`);
      if (typeof more === 'object') return this.#unknown(more, inner, `${at}/…`);
      return more === true || Object.keys(known).length === 0 ? [] : [`${at}/${name} is not described`];
    });
  }

  #resolved(schema: Schema): Schema {
    const name = schema.$ref?.replace('#/definitions/', '');
    return name === undefined ? schema : this.#resolved(this.#document.definitions[name]!);
  }

  #properties(asked: Schema): Record<string, Schema> {
    const schema = this.#resolved(asked);
    return Object.assign({}, ...(schema.allOf ?? []).map((one) => this.#properties(one)), schema.properties);
  }
}

/** Swagger says in a word of its own that something may be null. */
function withNull(schema: Schema): Schema {
  const inner = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, convert(key, value)]),
  ) as Schema;
  if (!schema['x-nullable']) return inner;
  return { anyOf: [inner, { type: 'null' }] };
}

function convert(key: string, value: unknown): unknown {
  if (key === 'properties')
    return Object.fromEntries(
      Object.entries(value as Record<string, Schema>).map(([name, schema]) => [name, withNull(schema)]),
    );
  if (key === 'allOf') return (value as Schema[]).map(withNull);
  if ((key === 'items' || key === 'additionalProperties') && typeof value === 'object')
    return withNull(value as Schema);
  return value;
}

/** References out of a schema of its own into the description. */
function absolute(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(absolute);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string' ? inner.replace(/^#/, 'engine#') : absolute(inner),
    ]),
  );
}
