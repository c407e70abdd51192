/** JSON as Go's encoding/json writes it. */

/** json.Marshal of plain values: keys as they stand, and `<`, `>` and `&` escaped. */
export const marshal = (value: unknown): string => escaped(JSON.stringify(value));

const escaped = (json: string): string =>
  json.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** json.MarshalIndent with two blanks for each step. */
export const marshalIndent = (value: unknown): string => escaped(JSON.stringify(value, undefined, 2));

/** The same, with the keys of the outermost map in order. */
export const marshalMap = (map: Readonly<Record<string, unknown>>): string => marshal(inOrder(map));

/** A map as Go marshals it. */
export const inOrder = <T>(map: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
