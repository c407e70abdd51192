import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { HttpHeaders } from '../net/http/message.ts';
import { originOf } from './url.ts';

const TABLES = '../shared/conformance/distribution-api-tables.json';

interface Row {
  name: string;
  request: { Host: { $go: string }; Header?: Record<string, unknown> };
  base: unknown;
  configHost?: unknown;
}

const text = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : String((value as { $go: string }).$go).replace('u.Host', '"example.com"');

/** The value of a Go expression that joins strings. */
const evaluate = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : text(value)
        .split(' + ')
        .map((part) => JSON.parse(part) as string)
        .join('');

describe.skipIf(!existsSync(TABLES))(
  `where a request was sent to, by distribution's table${existsSync(TABLES) ? '' : ' (skipped: no tables)'}`,
  () => {
    const tables = existsSync(TABLES)
      ? (JSON.parse(readFileSync(TABLES, 'utf8')) as { func: string; cases: Row[] }[])
      : [];
    const rows = (tables.find(({ func }) => func === 'TestBuilderFromRequest')?.cases ?? []).filter(
      // A host that the server's configuration fixes is not modelled.
      ({ configHost }) => configHost === undefined,
    );

    test.each(rows.map((row) => [row.name, row] as const))('%s', (_, { request, base }) => {
      const headers = new HttpHeaders([['Host', evaluate(request.Host)]]);
      for (const [name, values] of Object.entries(request.Header ?? {}))
        if (Array.isArray(values))
          for (const value of values) headers.append(JSON.parse(name), evaluate(value));
      const { scheme, host } = originOf(headers, false);
      expect(`${scheme}://${host}`).toBe(evaluate(base));
    });

    test('there are rows', () => expect(rows.length).toBeGreaterThan(20));
  },
);
