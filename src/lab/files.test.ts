import { unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { decode, encode } from '../engine/base/bytes.ts';
import { bootTestMachine } from '../engine/kernel/testing.ts';
import type { Simulation } from '../engine/world/simulation.ts';
import { FileProblem } from './file-access.ts';
import { holds, makeDirectory, removeFile, renameFile, saveFile } from './file-changes.ts';
import { listFiles, readFile } from './files.ts';
import { zipOf } from './project-archive.ts';

/** A machine whose files belong to root, and somebody whose they are or are not. */
function simulation(uid = 1000): Simulation {
  const host = bootTestMachine({
    files: { '/etc/motd': 'ahoy\n', '/root/secret': 'no\n', '/srv/app/Dockerfile': 'FROM scratch\n' },
  });
  const user = { name: 'learner', uid, gid: uid, groups: [], home: '/root' };
  return { host, scenario: { host: { user, hostname: 'test' } } } as unknown as Simulation;
}
const names = (machine: Simulation, path: string) => listFiles(machine, path).map(({ name }) => name);

describe('the files of a machine, as its windows see them', () => {
  test('are listed and read though they are root’s', () => {
    const machine = simulation();
    expect(names(machine, '/')).toContain('etc');
    expect(decode(readFile(machine, '/etc/motd'))).toBe('ahoy\n');
  });

  test('are not changed where the learner may not write', () => {
    const machine = simulation();
    expect(() => saveFile(machine, '/etc/motd', new Uint8Array())).toThrow(FileProblem);
    expect(() => makeDirectory(machine, '/etc/new')).toThrow('/etc/new: Permission denied');
    expect(() => renameFile(machine, '/etc/motd', '/etc/other')).toThrow(FileProblem);
    expect(() => removeFile(machine, '/srv')).toThrow('/srv/app/Dockerfile: Permission denied');
    expect(decode(readFile(machine, '/srv/app/Dockerfile'))).toBe('FROM scratch\n');
  });

  test('are made, renamed and removed with all that is in them', () => {
    const machine = simulation(0);
    makeDirectory(machine, '/srv/app/src');
    saveFile(machine, '/srv/app/src/index.js', encode('1\n'));
    renameFile(machine, '/srv/app/src', '/srv/app/lib');
    expect(names(machine, '/srv/app')).toEqual(['lib', 'Dockerfile']);
    expect(() => renameFile(machine, '/srv/app/Dockerfile', '/srv/app/lib')).toThrow(
      '/srv/app/lib: File exists',
    );
    removeFile(machine, '/srv/app');
    expect(names(machine, '/srv')).toEqual([]);
  });

  test('are told from what was read of them before', () => {
    const machine = simulation(0);
    expect(holds(machine, '/etc/motd', encode('ahoy\n'))).toBe(true);
    expect(holds(machine, '/etc/motd', encode('ahoy'))).toBe(false);
    expect(holds(machine, '/etc/motd', undefined)).toBe(false);
    expect(holds(machine, '/etc/new', undefined)).toBe(true);
  });

  test('are taken away as a zip archive', () => {
    const zip = unzipSync(zipOf(simulation(), '/srv/app'));
    expect(Object.keys(zip)).toEqual(['app/', 'app/Dockerfile']);
    expect(decode(zip['app/Dockerfile'] as Uint8Array)).toBe('FROM scratch\n');
    expect(() => zipOf(simulation(), '/root/nosuch')).toThrow('/root/nosuch: No such file or directory');
  });
});
