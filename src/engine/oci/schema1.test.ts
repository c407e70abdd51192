import { expect, test } from 'vitest';
import { decode } from '../base/bytes.ts';
import { digestOf } from './digest.ts';
import { serializeSchema1 } from './schema1.ts';

const text = (base64Url: string) => atob(base64Url.replaceAll('-', '+').replaceAll('_', '/'));

test('what was signed can be put together again from the protected header', () => {
  const document = {
    name: 'library/old',
    tag: '1',
    architecture: 'amd64',
    fsLayers: [{ blobSum: digestOf('layer') }],
    history: [{ v1Compatibility: '{"created":"2015-04-29T01:46:10Z"}' }],
  };
  const bytes = decode(serializeSchema1(document));
  const [signature] = (JSON.parse(bytes) as { signatures: { protected: string }[] }).signatures;
  const { formatLength, formatTail } = JSON.parse(text(signature!.protected)) as {
    formatLength: number;
    formatTail: string;
  };
  const signed = bytes.slice(0, formatLength) + text(formatTail);
  expect(JSON.parse(signed)).toEqual({ schemaVersion: 1, ...document });
});
