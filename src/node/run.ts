import { readFileSync } from 'node:fs';
import { ScriptRunner, type ScriptStep } from '../lab/script.ts';
import { scriptStep } from '../lab/script-step.ts';
import { UserError } from './errors.ts';
import { openWorld } from './node-host.ts';

interface RunOptions {
  file: string;
  json: boolean;
  scenario: string;
  images: string[];
  /** How many seconds a step may take. */
  timeout: number | undefined;
}

/** How long a step may take on the machine's clock; and on ours, which a busy one uses up sooner. */
const MACHINE_SECONDS = 600;
const REAL_SECONDS = 60;
/** How many bytes a step may print: it is kept until the step ends. */
const OUTPUT = 64_000_000;

/** `drydock run`: a script on a fresh machine. The exit status is the last step's, or 0 with --json. */
export async function runScript({ file, json, scenario, images, timeout }: RunOptions): Promise<number> {
  const steps = readSteps(file);
  let begun = performance.now();
  const runner = new ScriptRunner(openWorld(scenario), {
    seconds: timeout ?? MACHINE_SECONDS,
    output: OUTPUT,
    exhausted: () => performance.now() - begun > (timeout ?? REAL_SECONDS) * 1000,
  });
  await runner.prepare(images);
  let exit = 0;
  for (const step of steps) {
    begun = performance.now();
    const result = await runner.run(step);
    exit = result.exit;
    if (json) await print(process.stdout, `${JSON.stringify(result)}\n`);
    else {
      await print(process.stdout, result.stdout);
      await print(process.stderr, result.stderr);
    }
  }
  return json ? 0 : exit;
}

/** Writes the text; settles when it is written. Where the reader has left it never does: the stream's error ends us (see main.ts). */
function print(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((written) => stream.write(text, (error) => error ?? written()));
}

/** The steps of a file: JSON Lines where its first line is an object, else a command a line; empty lines and `#` comments are left out. */
function readSteps(file: string): ScriptStep[] {
  const lines = readText(file)
    .split(/\r?\n/)
    .map((line, i) => ({ line, where: `${file}:${i + 1}` }));
  const filled = lines.filter(({ line }) => line.trim() !== '');
  if (filled[0]?.line.trimStart().startsWith('{'))
    return filled.map(({ line, where }) => readStep(line, where));
  return filled.filter(({ line }) => !line.trimStart().startsWith('#')).map(({ line }) => ({ cmd: line }));
}

function readStep(line: string, where: string): ScriptStep {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new UserError(`${where}: ${(error as Error).message}: ${shortened(line)}`);
  }
  const step = scriptStep(value);
  if (step.success) return step.data;
  const what = step.error.issues.map(({ path, message }) => [...path, message].join(': ')).join('; ');
  throw new UserError(`${where}: ${what}: ${shortened(line)}`);
}

const shortened = (line: string) => (line.length > 80 ? `${line.slice(0, 79)}…` : line);

const PLAIN_WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'is a directory',
  EACCES: 'permission denied',
};

function readText(file: string): string {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new UserError(`${file}: ${PLAIN_WORDS[code] ?? message}`);
  }
  try {
    if (!bytes.includes(0)) return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Not UTF-8.
  }
  throw new UserError(`${file}: not a text file`);
}
