import { copy, env, type Instruction, image, run, workdir } from '../dockerfile.ts';
import { apkAdd, aptInstall, flavoured } from '../install.ts';
import type { Recipe } from '../recipe.ts';
import { directory, program, type Tree, weighing } from '../tree.ts';
import { alpine322 } from './alpine.ts';
import { trixieDeps } from './buildpack-deps.ts';

interface Version {
  go: string;
  names: readonly string[];
  created: string;
}

const PATH = '/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const compiler = (go: string): Tree =>
  weighing(238_000_000, 'usr/local/go/pkg/tool.data', {
    'usr/local/go/VERSION': `go${go}\n`,
    'usr/local/go/bin/go': program(`languages/go@${go}`, 14_200_000),
    'usr/local/go/bin/gofmt': program('gofmt', 2_900_000),
  });

const lines = (go: string, before: Instruction): Instruction[] => [
  before,
  env('GOLANG_VERSION', go),
  env('GOTOOLCHAIN', 'local'),
  env('GOPATH', '/go'),
  env('PATH', PATH),
  copy('/target/', '/', () => compiler(go)),
  run('mkdir -p "$GOPATH/src" "$GOPATH/bin" && chmod -R 1777 "$GOPATH"', {
    go: directory(0o1777),
    'go/bin': directory(0o1777),
    'go/src': directory(0o1777),
  }),
  workdir('/go'),
];

const DEBIAN = aptInstall('g++ gcc libc6-dev make pkg-config', {
  total: 299_000_000,
  files: Object.fromEntries(
    ['g++', 'gcc', 'make'].map((name) => [`usr/bin/${name}`, program(name, 1_100_000)]),
  ),
});

const ALPINE = apkAdd('ca-certificates', { total: 560_000 });

const golang = ({ go, names, created }: Version): Recipe[] => [
  image({
    repository: 'library/golang',
    tags: [...names, ...flavoured(names, 'trixie')],
    created,
    from: trixieDeps.scm,
    lines: lines(go, DEBIAN),
  }),
  image({
    repository: 'library/golang',
    tags: flavoured(names, 'alpine'),
    created,
    from: alpine322,
    lines: lines(go, ALPINE),
  }),
];

export const golangRecipes: readonly Recipe[] = [
  ...golang({
    names: ['latest', '1', '1.25', '1.25.4'],
    go: '1.25.4',
    created: '2026-11-06T20:41:55Z',
  }),
  ...golang({ names: ['1.24', '1.24.10'], go: '1.24.10', created: '2026-11-06T20:48:29Z' }),
];
