import { expect, test } from 'vitest';
import { parseConfiguration } from './configuration.ts';

test('what is wrong with daemon.json is told in the words of Go', () => {
  const complaint = (text: string) => {
    try {
      return parseConfiguration(text);
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(complaint('{"debug": true,}')).toBe(
    "invalid character '}' looking for beginning of object key string",
  );
  expect(complaint('{"debug": yes}')).toBe("invalid character 'y' looking for beginning of value");
  expect(complaint('{"debug": true "hosts": []}')).toBe(`invalid character '"' after object key:value pair`);
  expect(complaint('{"debug": true')).toBe('unexpected end of JSON input');
  expect(complaint('{"foo": 1}')).toBe("the following directives don't match any configuration option: foo");
  expect(complaint('{"live-restore": true}')).toBe('the directive live-restore is not modelled by Drydock');
  expect(complaint('{"debug": true}')).toEqual({ debug: true });
});
