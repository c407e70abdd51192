import { expect, test } from 'vitest';
import { parseRule, RuleError } from './rule.ts';

const asked = { host: 'shop.example', path: '/api/v1', method: 'GET' };

test.each([
  ['Host(`shop.example`)', true],
  ['Host(`SHOP.example`)', true],
  ['Host("shop.example") && PathPrefix("/web")', false],
  ['Host(`other`) || PathPrefix(`/api`) && Method(`GET`)', true],
  ['(Host(`other`) || PathPrefix(`/api`)) && Method(`POST`)', false],
  ['!Host(`other`)', true],
  ['!(Host(`other`) || Path(`/api/v1`))', false],
  ['HostRegexp(`^[a-z]+\\.example$`)', true],
])('%s', (rule, matches) => {
  expect(parseRule(rule)(asked)).toBe(matches);
});

test.each(['', 'Host(', 'Host(`a`) &&', 'Hots(`a`)', '(Host(`a`)', 'Host(`a`) Host(`b`)'])(
  '“%s” is no rule',
  (rule) => {
    expect(() => parseRule(rule)).toThrow(RuleError);
  },
);
