import { describe, expect, test } from 'vitest';
import { bootTestMachine } from '../engine/kernel/testing.ts';
import type { Simulation } from '../engine/world/simulation.ts';
import { FileProblem, listFiles, readFile, saveFile } from './files.ts';

/** A machine whose files belong to root, and a learner who does not. */
function simulation(): Simulation {
  const host = bootTestMachine({ files: { '/etc/motd': 'ahoy\n', '/root/secret': 'no\n' } });
  const user = { name: 'learner', uid: 1000, gid: 1000, groups: [], home: '/root' };
  return { host, scenario: { host: { user } } } as unknown as Simulation;
}

describe('the files of a machine, as its windows see them', () => {
  test('are listed and read though they are root’s', () => {
    const machine = simulation();
    expect(listFiles(machine, '/').map(({ name }) => name)).toContain('etc');
    expect(new TextDecoder().decode(readFile(machine, '/etc/motd'))).toBe('ahoy\n');
  });

  test('are not saved where the learner may not write', () => {
    expect(() => saveFile(simulation(), '/etc/motd', new Uint8Array())).toThrow(FileProblem);
  });
});
