import { expect, test } from 'vitest';
import { parseConfiguration, parseHost } from './configuration.ts';

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

test('where the daemon listens', () => {
  expect(parseHost('unix:///run/other.sock')).toEqual({ family: 'unix', path: '/run/other.sock' });
  expect(parseHost('tcp://0.0.0.0:2376')).toEqual({ family: 'inet', address: '0.0.0.0', port: 2376 });
  expect(parseHost('tcp://')).toEqual({ family: 'inet', address: '127.0.0.1', port: 2375 });
  expect(parseHost('fd://')).toEqual({ family: 'activation' });
  expect(() => parseConfiguration('{"hosts": ["fd://docker"]}')).toThrow(
    'the host fd://docker is not modelled by Drydock',
  );
  expect(() => parseConfiguration('{"registry-mirrors": ["mirror:5000"]}')).toThrow('no scheme specified');
});
