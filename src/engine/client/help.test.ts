import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { runDocker } from './docker.ts';
import { fakeCli } from './testing/fake-cli.ts';
import { GROUPS, LEAVES } from './tree.ts';

/** What the real client prints, undefined where there is none. */
function real(args: readonly string[]): string | undefined {
  try {
    return execFileSync('docker', [...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, DOCKER_CONFIG: '/nonexistent' },
    });
  } catch {
    return undefined;
  }
}

// The engine is needed too: without one the real client does not know which flags to hide.
const version = real(['version', '--format', '{{.Client.Version}} {{.Server.Version}}']);
const is28 = /^28\.5\S* 28\./.test(version ?? '');

const paths = [
  ...LEAVES.filter(({ spec }) => !['build', 'info'].includes(spec.name)).map(({ spec }) => [spec.name]),
  ...GROUPS.filter(({ name }) =>
    ['container', 'image', 'network', 'volume', 'system', 'context'].includes(name),
  ).flatMap((group) => [
    [group.name],
    ...group.leaves.filter(({ spec }) => spec.name !== 'build').map(({ spec }) => [group.name, spec.name]),
  ]),
];

test.skipIf(!is28)(
  `the help of ${paths.length} commands is the real client's (skipped without docker 28.5 and an engine)`,
  { timeout: 60_000 },
  async () => {
    for (const path of paths) {
      const cli = fakeCli();
      await runDocker(cli, [...path, '--help']);
      expect(cli.printed.out, path.join(' ')).toBe(real([...path, '--help']));
    }
  },
);

test('help wraps at the width of the terminal', async () => {
  const cli = fakeCli(undefined, { columns: 200 });
  await runDocker(cli, ['rm', '--help']);
  expect(cli.printed.out).toBe(`Usage:  docker rm [OPTIONS] CONTAINER [CONTAINER...]

Remove one or more containers

Aliases:
  docker container rm, docker container remove, docker rm

Options:
  -f, --force     Force the removal of a running container (uses SIGKILL)
  -l, --link      Remove the specified link
  -v, --volumes   Remove anonymous volumes associated with the container
`);
});
