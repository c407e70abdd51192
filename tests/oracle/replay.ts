import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ScriptRunner, type ScriptStep, type StepResult } from '../../src/lab/script.ts';
import { openWorld } from '../../src/node/node-host.ts';
import { difference } from './diff.ts';
import { normaliser } from './names.ts';
import type { Step } from './normalise.ts';

/** A step of the shared recordings: what was done, and what a real engine answered. */
export interface Recorded extends Step {
  id: string;
  group: string;
  stdin?: string;
  tty?: boolean;
  input?: string[];
  content?: string;
}

export interface RecordedScenario {
  id: string;
  images: string[];
  /** What makes a fresh machine like the recorded one. */
  before: readonly string[];
  steps: Recorded[];
}

/** States of the recorded machines that their scenarios do not tell of: how a fresh machine comes to them. */
const BEFORE: Readonly<Record<string, readonly string[]>> = {
  // A client without its plugins.
  info: ['rm /usr/libexec/docker/cli-plugins/docker-buildx'],
  kernel: [
    // Docker's bridge had been deleted behind its back: no container of that network starts.
    'ip link delete docker0',
    // The engine ran in a network namespace that led nowhere, where forwarding had been allowed before.
    'unshare --net sleep infinity & sleep 0.1; ip link set eth0 netns $!',
    'iptables -P FORWARD ACCEPT',
    // Debian without iputils-ping; what lay about in two directories.
    'rm /usr/bin/ping',
    'touch zz /mnt/one /mnt/two',
  ],
};

/** What the recorder did to the machine before a step. */
const BETWEEN: Readonly<Record<string, string>> = {
  // Where the daemon listens nobody does, and then again.
  'daemon/10': 'mv /var/run/docker.sock /var/run/away.sock',
  'daemon/33': 'mv /var/run/away.sock /var/run/docker.sock',
};

const transcripts = fileURLToPath(new URL('../../../shared/oracle/transcripts.jsonl', import.meta.url));

export const hasTranscripts = existsSync(transcripts);

/** The shared recordings, scenario by scenario. */
export function loadTranscripts(): RecordedScenario[] {
  const scenarios: RecordedScenario[] = [];
  for (const line of readFileSync(transcripts, 'utf8').split('\n')) {
    if (line === '') continue;
    const record = JSON.parse(line) as Recorded & { state?: string };
    if (record.group === 'scenario') {
      const state = record.state ?? 'empty';
      const { id } = record;
      const images = state === 'empty' ? [] : state.split('+');
      scenarios.push({ id, images, before: BEFORE[id] ?? [], steps: [] });
    } else scenarios.at(-1)!.steps.push(record);
  }
  return scenarios;
}

export interface Compared {
  id: string;
  cmd: string;
  /** What differs, to read; undefined if nothing does. */
  difference: string | undefined;
}

/** What plays steps: a simulated machine, or real programs that talk to one. */
export interface Player {
  run(step: ScriptStep): Promise<StepResult>;
}

/** A fresh machine of the recordings' world. */
async function simulated(images: readonly string[]): Promise<Player> {
  const runner = new ScriptRunner(openWorld('oracle'));
  await runner.prepare(images);
  return runner;
}

/** Plays recorded steps, on a fresh machine of the recordings' world unless another player is given, and compares each. */
export async function replay(
  images: readonly string[],
  steps: readonly (Step & Partial<Recorded>)[],
  { prefix = '', before = [], player }: { prefix?: string; before?: readonly string[]; player?: Player } = {},
): Promise<Compared[]> {
  const runner = player ?? (await simulated(images));
  for (const cmd of before) await runner.run({ cmd });
  const expected = normaliser();
  const found = normaliser();
  const out: Compared[] = [];
  for (const [i, step] of steps.entries()) {
    const id = step.id ?? `${prefix}${i + 1}`;
    try {
      const between = BETWEEN[id];
      if (between !== undefined) await runner.run({ cmd: between });
      const result = await runner.run(playable(step));
      out.push({
        id,
        cmd: step.cmd,
        difference: difference(expected.step(step), found.step({ ...result, cmd: step.cmd })),
      });
    } catch (error) {
      out.push({ id, cmd: step.cmd, difference: `$ ${step.cmd}\n  ${(error as Error).message}` });
      // A machine on which a step hangs tells nothing of the steps after it.
      for (const rest of steps.slice(i + 1))
        out.push({ id: rest.id ?? '', cmd: rest.cmd, difference: 'not reached' });
      return out;
    }
  }
  return out;
}

function playable(step: Step & Partial<Recorded>): ScriptStep {
  const write = /^write-file (\S+)$/.exec(step.cmd);
  if (write) return { write: write[1]!, content: step.content ?? '' };
  // The recorder lost its patience with it.
  const cmd =
    step.cut === undefined
      ? step.cmd
      : `timeout --foreground --preserve-status ${step.cut} bash -c '${step.cmd.replaceAll("'", "'\\''")}'`;
  return { cmd, stdin: step.stdin, tty: step.tty, input: step.input };
}
