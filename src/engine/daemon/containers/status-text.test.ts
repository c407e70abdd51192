import { expect, test } from 'vitest';
import { humanDuration } from './status-text.ts';

test('durations are told as go-units tells them', () => {
  const told = [0.5, 1, 45, 60, 119, 120, 3599, 3600, 5400, 7200, 172800, 1209600, 5184000, 63072000].map(
    (s) => humanDuration(s * 1000),
  );
  expect(told).toEqual([
    'Less than a second',
    '1 second',
    '45 seconds',
    'About a minute',
    'About a minute',
    '2 minutes',
    '59 minutes',
    'About an hour',
    '2 hours',
    '2 hours',
    '2 days',
    '2 weeks',
    '2 months',
    '2 years',
  ]);
});
