/** Debian's git and the simulated one, line for line: the same commands in the same directories, at the same moment. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ScriptRunner } from '../../src/lab/script.ts';
import { openWorld } from '../../src/node/node-host.ts';
import { hasGit } from './real-git.ts';

const ENVIRONMENT = {
  GIT_AUTHOR_DATE: '1790000000 +0000',
  GIT_COMMITTER_DATE: '1790000000 +0000',
  GIT_CONFIG_NOSYSTEM: '1',
  LC_ALL: 'C',
};

/** Each runs in a fresh home, at `$T`; what both print must be the same, and so must the status. */
const SCRIPTS: Readonly<Record<string, readonly string[]>> = {
  'a repository from its beginning': [
    'git init a',
    'cd a; git status; git status -s; git log; git log --oneline; ls -A .git',
    'cd a; cat .git/config .git/HEAD .git/description .git/info/exclude',
    'cd a; echo hi > f; mkdir d; echo x > d/g; git status; git status -s; git add nope; git add',
    'cd a; git add .; git status; git status --porcelain; git ls-files -s',
    'git config --global user.name "A B"; git config --global user.email a@example.com; cat ~/.gitconfig; git config user.name; git config -l',
    'cd a; git commit -m "first\nsecond\n\nbody"; git log; git log --oneline; git status; cat .git/COMMIT_EDITMSG',
    'cd a; git rev-parse HEAD; git cat-file -p HEAD; git cat-file -p "HEAD^{tree}"; git cat-file -t HEAD; git cat-file -s HEAD:f; git cat-file -p HEAD:f',
    'cd a; echo b >> f; rm d/g; echo n > new; git status; git status -s; git diff; git diff --stat; git diff f; git commit -m z',
    'cd a; git add -A; git status; git diff --cached; git commit -m second; git show --stat; git show; git log -1 --stat; git log -p --oneline',
    'cd a; git init; git init -q b; git init -b trunk c 2>&1; cat c/.git/HEAD; git init --bare e.git; ls e.git',
  ],
  'branches, tags, and back': [
    'git config --global user.name A; git config --global user.email a@example.com; git init -q -b main r; cd r; echo 1 > f; git add f; git commit -q -m one; echo 2 > f; git commit -am two',
    'cd r; git branch x; git checkout x; git checkout -b y; git switch main; git switch nope; git checkout nope; git branch; git branch -v; git branch --show-current',
    'cd r; git branch -d x; git branch -d main; git branch -D nope; git branch main; git branch "a b"; git branch -m y z; git branch',
    'cd r; git checkout HEAD~1; git status; git branch; git switch -; git checkout -; git checkout main; git status',
    'cd r; git tag v1; git tag -a v2 -m hello; git tag v1; git tag; git rev-parse v2 v2^{} "v2^{commit}"; git cat-file -p v2; git show-ref; git log --oneline --decorate; git tag -d v1; git tag -d v1',
    'cd r; git switch -q z; echo 3 > f; git commit -qam three; git switch -q main; echo other > f; git switch z; git status -s; git checkout f; git switch z; git switch main; git merge z; cat f; git log --oneline',
    'cd r; echo 4 > f; echo u > u; git switch -q z; git status -s; git restore f; git status -s; git rm f; git status -s; git reset; git reset --hard; git status -s; git rm --cached f; git status -s; git reset -q --hard',
    'cd r; git log --oneline nope; git rev-parse nope; git diff nope; git show nope; git rev-parse --short HEAD; git rev-parse --abbrev-ref HEAD; git rev-parse --show-toplevel; git log --format="%h %an <%ae> %s" -2; git log --oneline main~1..main; git log --reverse --oneline -- f',
    'cd r; mkdir -p s/t; cd s/t; echo q > q; git status -s; git status; git add .; git ls-files; git status -s; git -C ../.. ls-files; git rev-parse --git-dir',
  ],
  'what is left out of a repository': [
    'git config --global user.name A; git config --global user.email a@example.com; git init -q -b main r; cd r; mkdir -p node_modules/k logs/deep src; touch node_modules/k/i a.log b.txt logs/deep/x.log logs/keep.log src/a.o; printf "node_modules/\\n*.log\\n!keep.log\\n/src/*.o\\n# c\\n" > .gitignore; git status -s; git status; git add node_modules a.log; git add .; git ls-files; git add -f a.log; git ls-files',
    'cd r; git commit -qm x; printf "\\0\\1" > bin; git add bin; git diff --cached; git diff --cached --stat; git commit -m bin; chmod +x b.txt; git status -s; git diff; git commit -am mode; ln -s b.txt link; git add link; git commit -m link; git ls-files -s | cut -c1-6',
    'cd r; printf "no end" > e; git add e; git commit -qm e; printf "end\\n" > e; git diff; git diff --name-only; git diff --name-status HEAD; git diff HEAD~1 --stat; git diff --quiet || echo differs',
    'cd r; seq 1 40 > n; git add n; git commit -qm n; sed -i "s/^5$/five/; s/^9$/nine/; s/^30$/thirty/" n; git diff; git diff --stat; git commit -qam n2; git show --stat --oneline',
  ],
  'clones of a repository nearby': [
    'git config --global user.name A; git config --global user.email a@example.com; git init -q -b main o; cd o; echo 1 > f; git add f; git commit -qm one; git tag v1; git branch x; echo 2 > f; git commit -qam two',
    'git clone o c; git clone o c; git clone nosuch; git clone; git clone o f g; cd c; cat .git/config; git branch -a; git branch -r -v; git status; git log --oneline --decorate; git remote -v; git remote; cat .git/packed-refs; git tag',
    'cd o; echo 3 > f; git commit -qam three; git branch y; git tag v2; cd ../c; git fetch; git fetch; git status; git status -sb; git pull; git pull; git log --oneline; git tag; cat .git/FETCH_HEAD',
    'cd c; git checkout x; git branch; git switch y; git branch -vv; git remote add origin u; git remote add up ../o; git fetch up; git remote get-url up; git remote rm up; git remote rm up; git branch -r; cat .git/config; git ls-remote; git ls-remote ../o v1',
    'git clone -b v1 o t; cd t; git status; git log --oneline; cat .git/HEAD; cd ..; git clone -q -b nope o n; git clone --single-branch -b x o s; cd s; git branch -a; cat .git/config; git clone -q --bare ../o b.git; cat b.git/config b.git/packed-refs',
    'git clone -q --depth 1 file://$T/o sh; cd sh; git log --oneline; cat .git/shallow; git branch -a; git fetch -q --unshallow; git log --oneline; test -e .git/shallow || echo whole',
    'cd c; git switch -q main; echo mine > f; git commit -qam mine; git status; git status -sb; git fetch nosuch; git fetch origin nope; git pull origin x; git remote set-url origin ../elsewhere; git fetch',
  ],
  'where there is none, and what is no command': [
    'git status; git log; git rev-parse HEAD; git config user.name; git config nope; git config --local a.b; git --version; git version',
    'git statsu; git -C nowhere status; git commit -m x; git clone https://nowhere.invalid/x; ls',
    'mkdir x; git clone --depth 0 x; git clone http://127.0.0.1:1/x 2>&1 | sed "s/after [0-9]* ms/after N ms/"',
    'git config --global core.x "a b # c"; git config --global a.B.c 1; git config --global a.B.c 2; git config --global --get a.B.C; cat .gitconfig; git config --global --unset a.B.c; cat .gitconfig; git config --global -l; git config --global --unset q.q; echo $?',
    'echo hello | git hash-object --stdin; echo x > x/f; git hash-object x/f nope',
  ],
};

interface Said {
  out: string;
  exit: number;
}

describe.skipIf(!hasGit)(`git beside the real one${hasGit ? '' : ' (skipped: there is none here)'}`, () => {
  let directory: string;
  let ours: ScriptRunner;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'drydock-git-'));
    ours = new ScriptRunner(openWorld('learner'));
    await ours.prepare([]);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const setUp = (home: string, cmd: string): string => {
    const variables = Object.entries(ENVIRONMENT).map(([name, value]) => `export ${name}='${value}'`);
    return [
      ...variables,
      `export HOME=${home} T=${home}`,
      `mkdir -p $T; cd $T; umask 022; (${cmd}) 2>&1`,
    ].join('\n');
  };
  const real = (home: string, cmd: string): Promise<Said> =>
    new Promise((resolve) => {
      execFile('bash', ['-c', setUp(home, cmd)], { env: { PATH: process.env['PATH'] } }, (error, stdout) =>
        resolve({ out: stdout, exit: typeof error?.code === 'number' ? error.code : 0 }),
      );
    });
  const own = async (home: string, cmd: string): Promise<Said> => {
    const { stdout, stderr, exit } = await ours.run({ cmd: setUp(home, cmd) });
    return { out: stdout + stderr, exit };
  };

  test('the real one finds nothing wrong with what the simulated one has cloned and committed', async () => {
    const home = join(directory, 'copied');
    const script = `git clone -q https://github.com/ruanyf/koa-demos.git k; cd k; echo more >> README.md
      git -c user.name=A -c user.email=a@example.com commit -qam more; git tag t; tar c . | base64`;
    const { out } = await own(home, script);
    const unpack = `base64 -d <<'END' | tar x --no-same-owner\n${out}\nEND\n`;
    const seen = await real(
      home,
      `${unpack}git fsck --strict --full; git status; git log --oneline | wc -l; git count-objects -v`,
    );
    expect(seen.out.replace(/^size.*\n/gm, '')).toBe(
      [
        'On branch master',
        "Your branch is ahead of 'origin/master' by 1 commit.",
        '  (use "git push" to publish your local commits)',
        '',
        'nothing to commit, working tree clean',
        '5',
        'count: 3',
        'in-pack: 24',
        'packs: 1',
        'prune-packable: 0',
        'garbage: 0\n',
      ].join('\n'),
    );
  });

  test.each(Object.entries(SCRIPTS))('%s', async (name, steps) => {
    const home = join(directory, name.replace(/\W+/g, '-'));
    for (const cmd of steps) {
      const [expected, found] = [await real(home, cmd), await own(home, cmd)];
      expect.soft(comparable(found), cmd).toEqual(comparable(expected));
    }
  });
});

/** What the real one adds: all options behind a usage line, hooks that are examples. */
const comparable = ({ out, exit }: Said): Said => ({
  exit,
  out: out
    .replace(/^usage: git .*\n(?:\n?(?: .*|\n)*)/gm, 'USAGE\n')
    .replace(/\.(?:\(none\)|\w+)'\)$/gm, "')")
    .replace(/'(?:root|learner)@[\w.()-]*/g, "'USER"),
});
