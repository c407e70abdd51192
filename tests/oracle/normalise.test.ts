import { describe, expect, test } from 'vitest';
import { difference } from './diff.ts';
import { normaliser } from './names.ts';
import type { Step } from './normalise.ts';

const ID = [
  '88fc011d63f442d6adae182f28eac356d7417a1d232fb237159fad3c3105370e',
  '1b49f36af659a7f2c0b51e28c45b2ce0820b2d9c77c665c1d19d94712b16a5bf',
];
const OTHER = [
  '594d39cfbdde0f003ce8abcb1ffd03da4a0a42672848cab3a6ce2cf318f73dcb',
  'aa0eaf1a1a29dc7472b4ef49f926f984b52ec1dca4cc2fc53784498d430f03f3',
];

/** A short session with everything in it that differs between two runs. */
const session = ([a, b]: string[], name: string, age: string, port: string): Step[] => [
  { cmd: 'docker run -d nginx', exit: 0, stdout: `${a}\n`, stderr: '' },
  { cmd: 'docker run -d nginx', exit: 0, stdout: `${b}\n`, stderr: 'WARNING: a word of warning\n' },
  {
    cmd: 'docker ps',
    exit: 0,
    stdout: `CONTAINER ID   IMAGE     STATUS        PORTS                   NAMES\n${a!.slice(0, 12)}   nginx     Up ${age}   0.0.0.0:${port}->80/tcp   ${name}\n${b!.slice(0, 12)}   nginx     Exited (3) ${age} ago             web\n`,
    stderr: '',
  },
  { cmd: 'docker pull x', exit: 1, stdout: '', stderr: 'Error response from daemon: no\n' },
];

const differences = (expected: Step[], actual: Step[]) => {
  const left = normaliser();
  const right = normaliser();
  return expected.flatMap((step, i) => difference(left.step(step), right.step(actual[i]!)) ?? []);
};

const expected = session(ID, 'clever_hopper', '5 seconds', '32768');
const actual = () => session(OTHER, 'silly_noether', '2 minutes', '49153');

describe('two runs of one scenario', () => {
  test('are equal after normalising', () => {
    expect(differences(expected, actual())).toEqual([]);
  });

  const mutations: [string, (steps: Step[]) => void][] = [
    [
      'another exit status',
      (steps) => {
        steps[3]!.exit = 0;
      },
    ],
    [
      'a missing line',
      (steps) => {
        steps[2]!.stdout = steps[2]!.stdout.split('\n').slice(0, 2).join('\n');
      },
    ],
    [
      'one line more',
      (steps) => {
        steps[0]!.stdout += 'extra\n';
      },
    ],
    [
      'a changed word',
      (steps) => {
        steps[1]!.stderr = steps[1]!.stderr.replace('word', 'term');
      },
    ],
    [
      'swapped streams',
      (steps) => {
        [steps[3]!.stdout, steps[3]!.stderr] = [steps[3]!.stderr, steps[3]!.stdout];
      },
    ],
    [
      'two ids exchanged',
      (steps) => {
        [steps[0]!.stdout, steps[1]!.stdout] = [steps[1]!.stdout, steps[0]!.stdout];
      },
    ],
    [
      'the same id twice',
      (steps) => {
        steps[1]!.stdout = steps[0]!.stdout;
      },
    ],
    [
      'an id cut short',
      (steps) => {
        steps[0]!.stdout = `${steps[0]!.stdout.slice(0, 12)}\n`;
      },
    ],
    [
      'a name where another was',
      (steps) => {
        steps[2]!.stdout = steps[2]!.stdout.replace('web', 'db');
      },
    ],
    [
      'another container port',
      (steps) => {
        steps[2]!.stdout = steps[2]!.stdout.replace('->80/', '->81/');
      },
    ],
    [
      'another exit code in the text',
      (steps) => {
        steps[2]!.stdout = steps[2]!.stdout.replace('(3)', '(4)');
      },
    ],
    [
      'a status instead of another',
      (steps) => {
        steps[2]!.stdout = steps[2]!.stdout.replace('Up', 'Created');
      },
    ],
    [
      'a fixed port for an ephemeral one',
      (steps) => {
        steps[2]!.stdout = steps[2]!.stdout.replace('49153', '8080');
      },
    ],
  ]; // prettier-ignore

  test.each(mutations)('differ by %s', (_, mutate) => {
    const steps = actual();
    mutate(steps);
    expect(differences(expected, steps).length).toBeGreaterThan(0);
  });
});

test('the progress of layers may interleave, and ends the same', () => {
  const pull = (order: number[]) => {
    const lines = [
      `${ID[0]!.slice(0, 12)}: Pulling fs layer`,
      `${ID[0]!.slice(0, 12)}: Pull complete`,
      `${ID[1]!.slice(0, 12)}: Pulling fs layer`,
      `${ID[1]!.slice(0, 12)}: Pull complete`,
    ];
    const first = `seen ${ID[0]!.slice(0, 12)} ${ID[1]!.slice(0, 12)}`;
    return [
      {
        cmd: 'docker pull x',
        exit: 0,
        stdout: [first, ...order.map((i) => lines[i])].join('\n'),
        stderr: '',
      },
    ];
  };
  expect(differences(pull([0, 2, 1, 3]), pull([2, 0, 3, 1]))).toEqual([]);
  expect(differences(pull([0, 2, 1, 3]), pull([0, 1, 2]))).toHaveLength(1);
});

describe('the progress of layers at a terminal', () => {
  /** What is drawn where there are two rows: which, and what it says now. */
  const pull = (...said: [row: number, status: string][]): Step[] => {
    const drawn = said.map(([row, status], i) => {
      const up = i < 2 ? 1 : 2 - row;
      return `${i < 2 ? '\r\n' : ''}\x1b[${up}A\x1b[2K\r${ID[row]!.slice(0, 12)}: ${status} \r\x1b[${up}B`;
    });
    return [
      {
        cmd: 'docker pull x',
        exit: 0,
        stdout: `seen ${ID[0]} ${ID[1]}\r\n${drawn.join('')}Digest: ${ID[0]}\r\n`,
        stderr: '',
      },
    ];
  };
  const begun: [number, string][] = [
    [0, 'Pulling fs layer'],
    [1, 'Pulling fs layer'],
  ];
  const first = pull(...begun, [0, 'Pull complete'], [1, 'Extracting  3B/3B'], [1, 'Pull complete']);

  test('is equal in whatever order they come', () => {
    expect(differences(first, pull(...begun, [1, 'Pull complete'], [0, 'Pull complete']))).toEqual([]);
  });

  test('differs by a layer that never ends, and by one that was there', () => {
    expect(differences(first, pull(...begun, [0, 'Pull complete']))).toHaveLength(1);
    const there = pull([0, 'Already exists'], [1, 'Pulling fs layer'], [1, 'Pull complete']);
    expect(differences(first, there)).toHaveLength(1);
  });
});

describe('the sources of layers in an archive', () => {
  const archive = (digests: string[], types = ['tar', 'tar']): Step[] => {
    const sources = digests
      .map((digest, i): [string, string] => [
        digest,
        `"sha256:${digest}":{"mediaType":"${types[i]}","size":${digest.length * (i + 1)},"digest":"sha256:${digest}"}`,
      ])
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, source]) => source);
    const layers = digests.map((digest) => `"blobs/sha256/${digest}"`);
    const stdout = `[{"Layers":[${layers.join(',')}],"LayerSources":{${sources.join(',')}}}]\n`;
    return [{ cmd: 'tar xOf a.tar manifest.json', exit: 0, stdout, stderr: '' }];
  };

  test('are equal in whatever order their digests come', () => {
    const reversed = [...OTHER].sort().reverse();
    expect(differences(archive([...ID].sort()), archive(reversed))).toEqual([]);
  });

  test('differ by the type of a layer', () => {
    expect(differences(archive(ID), archive(OTHER, ['tar', 'zip']))).toHaveLength(1);
  });
});

test('twelve decimal digits are an id if they begin one that was seen, and a number otherwise', () => {
  const long = `123456789012${ID[0]!.slice(12)}`;
  const steps = (id: string): Step[] =>
    [id, id.slice(0, 12)].map((shown) => ({ cmd: 'x', exit: 0, stdout: `${shown}\n`, stderr: '' }));
  expect(differences(steps(long), steps(OTHER[0]!))).toEqual([]);
  const number = (stdout: string): Step[] => [{ cmd: 'x', exit: 0, stdout, stderr: '' }];
  expect(differences(number('123456789012\n'), number('123456789013\n'))).toHaveLength(1);
});

describe('the progress of a build', () => {
  const built = (stderr: string): Step[] => [{ cmd: 'docker build .', exit: 0, stdout: '', stderr }];
  const one =
    '#0 building\n\n#1 [internal] load\n#1 transferring: 3B 0.1s done\n#1 DONE 0.1s\n\n#2 [1/2] RUN a\n#2 0.201 out\n#2 DONE 0.3s\n';

  test('is equal whatever steps took, and in whatever order those ended that went on at once', () => {
    const other =
      '#0 building\n\n#1 [1/2] RUN a\n#1 0.1 out\n#1 ...\n\n#2 [internal] load\n#2 transferring: 3B\n#2 transferring: 3B done\n#2 DONE 0.0s\n\n#1 [1/2] RUN a\n#1 DONE 12.0s\n';
    expect(differences(built(one), built(other))).toEqual([]);
  });

  test.each([
    ['a line that a program printed', '0.201 out', '0.201 other'],
    ['a step that was cached', '#2 0.201 out\n#2 DONE 0.3s', '#2 CACHED'],
    ['a step that failed', 'DONE 0.3s', 'ERROR: process'],
    ['a step that is missing', '#2 [1/2] RUN a\n#2 0.201 out\n#2 DONE 0.3s\n', ''],
    ['the name of a step', 'RUN a', 'RUN b'],
  ])('differs by %s', (_, before, after) => {
    expect(one).toContain(before);
    expect(differences(built(one), built(one.replace(before, after)))).toHaveLength(1);
  });
});

test('how long a ping took, which runtime comes first, and numbers of processes do not count', () => {
  const seen = (time: string, runtimes: string, pid: number): Step[] => [
    {
      cmd: 'a',
      exit: 0,
      stdout: `round-trip min/avg/max = ${time} ms\n Runtimes: ${runtimes}\n`,
      stderr: '',
    },
    { cmd: 'b', exit: 0, stdout: `pid=${pid} inner=1\n`, stderr: `bash: line 1: ${pid} Killed\n` },
  ];
  const one = seen('0.1/0.2/0.3', 'runc io.containerd.runc.v2', 23185);
  expect(differences(one, seen('1.0/1.0/1.0', 'io.containerd.runc.v2 runc', 331))).toEqual([]);
  expect(differences(one, seen('1.0/1.0/1.0', 'io.containerd.runc.v2', 331))).toHaveLength(1);
  expect(differences(one, seen('0.1/0.2/0.3', 'runc io.containerd.runc.v2', 1))).toHaveLength(1);
});
