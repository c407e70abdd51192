import { existsSync, readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { decode } from '../base/bytes.ts';

/** Not for use outside tests. */
const SCHEMAS = new URL('../../../../shared/conformance/json-schema/', import.meta.url);

/** Why documents cannot be held against the image-spec's schemas; undefined where they can. */
export const noSchemas = existsSync(SCHEMAS) ? undefined : 'no schemas of the image-spec beside the checkout';

/** Judges of the image-spec's kinds of documents: what is wrong with one, as text; empty for a good one. */
export function imageSpecJudges(): Record<
  'manifest' | 'index' | 'config' | 'layout',
  (bytes: Uint8Array) => string
> {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  // The schemas are of draft 4, whose `id` newer validators refuse; they refer to each other by file name.
  const load = (name: string): object => {
    const withoutIds = (key: string, value: unknown) =>
      key === 'id' && typeof value === 'string' ? undefined : value;
    const schema = JSON.parse(readFileSync(new URL(name, SCHEMAS), 'utf8'), withoutIds) as object;
    return { ...schema, $schema: undefined, $id: name };
  };
  for (const name of ['defs.json', 'defs-descriptor.json', 'content-descriptor.json'])
    ajv.addSchema(load(name));
  const judge = (name: string) => {
    const validate: ValidateFunction = ajv.compile(load(name));
    return (bytes: Uint8Array) =>
      validate(JSON.parse(decode(bytes))) ? '' : JSON.stringify(validate.errors);
  };
  return {
    manifest: judge('image-manifest-schema.json'),
    index: judge('image-index-schema.json'),
    config: judge('config-schema.json'),
    layout: judge('image-layout-schema.json'),
  };
}
