import { expect, test } from 'vitest';
import { CAPABILITIES, CapabilitySet } from './capabilities.ts';

test('each capability has its own bit, printed as linux/capability.h numbers them', () => {
  for (const [bit, capability] of CAPABILITIES.entries()) {
    const set = CapabilitySet.of([capability]);
    expect(`${set}`).toBe((1n << BigInt(bit)).toString(16).padStart(16, '0'));
    expect(CAPABILITIES.filter((other) => set.has(other))).toEqual([capability]);
  }
  expect(`${CapabilitySet.ALL}`).toBe('000001ffffffffff');
});

test('sets over both words', () => {
  const one = CapabilitySet.of(['CHOWN', 'AUDIT_CONTROL', 'SETFCAP', 'BPF']);
  const other = CapabilitySet.of(['SETFCAP', 'SYSLOG', 'BPF']);
  expect(`${one.and(other)}`).toBe(`${CapabilitySet.of(['SETFCAP', 'BPF'])}`);
  expect(`${one.or(other)}`).toBe(
    `${CapabilitySet.of(['CHOWN', 'AUDIT_CONTROL', 'SETFCAP', 'SYSLOG', 'BPF'])}`,
  );
  expect(`${one.without(other)}`).toBe(`${CapabilitySet.of(['CHOWN', 'AUDIT_CONTROL'])}`);
  expect([one.and(other).isWithin(other), one.isWithin(other)]).toEqual([true, false]);
  expect([CapabilitySet.NONE.isEmpty, CapabilitySet.of(['BPF']).isEmpty]).toEqual([true, false]);
});
