import { expect, test } from 'vitest';
import { referenceParts } from './reference-parts.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

test.each([
  ['nginx', 'docker.io* library/nginx* latest*'],
  ['redis:8', 'docker.io* library/redis* 8'],
  ['docker.io/nginx', 'docker.io library/nginx* latest*'],
  ['library/nginx', 'docker.io* library/nginx latest*'],
  ['jwilder/nginx-proxy', 'docker.io* jwilder/nginx-proxy latest*'],
  ['localhost/app', 'localhost app latest*'],
  ['localhost:5000/app', 'localhost:5000 app latest*'],
  ['ghcr.io/org/team/app:1.2', 'ghcr.io org/team/app 1.2'],
  [`alpine:3.22@${digest}`, `docker.io* library/alpine* 3.22 ${digest}`],
  [`alpine@${digest}`, `docker.io* library/alpine* ${digest}`],
])('%s is taken apart, with a star at what Docker fills in', (typed, expected) => {
  const read = referenceParts(typed);
  const parts = 'parts' in read ? Object.values(read.parts) : [];
  expect(parts.map(({ text, filledIn }) => text + (filledIn ? '*' : '')).join(' ')).toBe(expected);
});

test.each(['', 'Nginx', 'redis :8', 'app:', 'a'.repeat(64)].map((typed) => [typed]))(
  'what is no name has a problem: "%s"',
  (typed) => {
    expect(referenceParts(typed)).toHaveProperty('problem');
  },
);
