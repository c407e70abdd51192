import { readFileSync } from 'node:fs';
import { ScriptRunner, type ScriptStep } from '../lab/script.ts';
import { scriptStep } from '../lab/script-step.ts';
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

/** An error of the user's, to be shown without a stack. */
const expected = (message: string) => Object.assign(new Error(message), { expected: true });

/** `drydock run`: a script on a fresh machine. The exit status is the last step's, or 0 with --json. */
export async function runScript({ file, json, scenario, images, timeout }: RunOptions): Promise<number> {
  const steps = readSteps(file);
  let begun = performance.now();
  const runner = new ScriptRunner(openWorld(scenario), {
    seconds: timeout ?? MACHINE_SECONDS,
    exhausted: () => performance.now() - begun > (timeout ?? REAL_SECONDS) * 1000,
  });
  await runner.prepare(images);
  let exit = 0;
  for (const step of steps) {
    begun = performance.now();
    const result = await runner.run(step);
    exit = result.exit;
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
    else {
      process.stdout.write(result.stdout);
      process.stderr.write(result.stderr);
    }
  }
  return json ? 0 : exit;
}

/** The steps of a file: JSON Lines where its first line is an object, else a command a line; empty lines and `#` comments are left out. */
function readSteps(file: string): ScriptStep[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw expected(
      `${file}: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : (error as Error).message}`,
    );
  }
  const lines = text.split('\n').map((line, i) => ({ line, number: i + 1 }));
  const filled = lines.filter(({ line }) => line.trim() !== '');
  if (!filled[0]?.line.trimStart().startsWith('{'))
    return filled.filter(({ line }) => !line.trimStart().startsWith('#')).map(({ line }) => ({ cmd: line }));
  return filled.map(({ line, number }) => {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw expected(`${file}:${number}: not a JSON object: ${line}`);
    }
    const step = scriptStep.safeParse(value);
    if (!step.success)
      throw expected(`${file}:${number}: expected {"cmd": …} or {"write": …, "content": …}: ${line}`);
    return step.data;
  });
}
