import { expect, test } from 'vitest';
import { parseHost, problemOf, readDirectives } from './configuration.ts';
import { checkKinds, refuseUnmodelled } from './directives.ts';

test('what is wrong with daemon.json is told in the words of Go', () => {
  const complaint = (text: string) => {
    try {
      const file = readDirectives(text);
      checkKinds(file);
      refuseUnmodelled(file);
      return file;
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(complaint('{"debug": true,}')).toBe(
    "invalid JSON: invalid character '}' looking for beginning of object key string",
  );
  expect(complaint('{"debug": yes}')).toBe(
    "invalid JSON: invalid character 'y' looking for beginning of value",
  );
  expect(complaint('{"debug": true "hosts": []}')).toBe(
    `invalid JSON: invalid character '"' after object key:value pair`,
  );
  expect(complaint('{"debug": true')).toBe('invalid JSON: unexpected end of JSON input');
  expect(complaint('{"foo": 1}')).toBe("the following directives don't match any configuration option: foo");
  expect(complaint('{"userns-remap": "default"}')).toBe(
    'the directive userns-remap is not modelled by Drydock',
  );
  expect(complaint('{"insecure-registries":"x"}')).toBe(
    'invalid JSON: json: cannot unmarshal string into Go struct field Config.insecure-registries of type []string',
  );
  expect(complaint('{"storage-driver":5}')).toBe(
    'invalid JSON: json: cannot unmarshal number into Go struct field Config.storage-driver of type string',
  );
  expect(complaint('{"default-address-pools":[{"base":"x"}]}')).toBe(
    `invalid JSON: netip.ParsePrefix("x"): no '/'`,
  );
  expect(complaint('{"debug": true}')).toEqual({ debug: true });
});

test('where the daemon listens', () => {
  expect(parseHost('unix:///run/other.sock')).toEqual({ family: 'unix', path: '/run/other.sock' });
  expect(parseHost('tcp://0.0.0.0:2376')).toEqual({ family: 'inet', address: '0.0.0.0', port: 2376 });
  expect(parseHost('tcp://')).toEqual({ family: 'inet', address: '127.0.0.1', port: 2375 });
  expect(parseHost('fd://')).toEqual({ family: 'activation' });
  expect(problemOf({ hosts: ['fd://docker'] })).toBe('the host fd://docker is not modelled by Drydock');
});

test.each([
  ['mirror:5000', "no scheme specified for \"mirror:5000\": must use either 'https://' or 'http://'"],
  ['ftp://foo', 'unsupported scheme "ftp" in "ftp://foo": must use either \'https://\' or \'http://\''],
  ['https://foo?x=1', 'query or fragment at end of the URI "https://foo?x=1"'],
  ['https://u:p@foo', 'username/password not allowed in URI "https://u:xxxxx@foo"'],
])('the mirror %s', (mirror, complaint) => {
  expect(problemOf({ 'registry-mirrors': [mirror] })).toBe(`invalid mirror: ${complaint}`);
});
