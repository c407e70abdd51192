import { LiveDriver } from '../lab/live-driver.ts';
import { ScriptRunner } from '../lab/script.ts';
import { openWorld } from './node-host.ts';
import { realTime } from './real-time.ts';

/** `drydock shell`: a simulated machine in this terminal. Ends when its shell does. */
export async function shell({
  scenario: name,
  images,
}: {
  scenario: string;
  images: string[];
}): Promise<number> {
  const simulation = openWorld(name, { start: Date.now() });
  const { world, host, scenario } = simulation;
  await new ScriptRunner(simulation).prepare(images);
  const { stdin, stdout } = process;
  const size = () => ({ columns: stdout.columns ?? 80, rows: stdout.rows ?? 24 });
  const driver = new LiveDriver(world, realTime);
  const window = host.openConsole({
    user: scenario.host.user,
    cwd: scenario.host.directory,
    size: size(),
    onOutput: (bytes) => stdout.write(bytes),
  });
  world.touch();
  if (stdin.isTTY) stdin.setRawMode(true);
  stdin.on('data', (bytes: Buffer) => driver.enter(() => window.write(new Uint8Array(bytes))));
  stdin.on('end', () => driver.enter(() => window.write(Uint8Array.of(4))));
  stdout.on('resize', () => driver.enter(() => window.resize(size())));
  const running = driver.run();
  let exit = 0;
  void window.shell.exited.then((status) => {
    exit = status.kind === 'exited' ? status.code : 1;
    driver.stop();
  });
  await running;
  if (stdin.isTTY) stdin.setRawMode(false);
  stdin.pause();
  for (const { program, error } of host.faults)
    process.stderr.write(`drydock: fault in ${program}: ${(error as Error)?.stack ?? error}\n`);
  return exit;
}
