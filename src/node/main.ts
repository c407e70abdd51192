import { parseArgs } from 'node:util';
import { UserError } from './errors.ts';
import { newImage } from './new-image.ts';
import { runScript } from './run.ts';
import { serve } from './serve.ts';
import { shell } from './shell.ts';
import { verify } from './verify.ts';

const USAGE = `Usage: drydock COMMAND

Commands:
  shell                       A simulated machine in this terminal
        --scenario NAME         which machine (default: learner)
        --images A,B            images that are present at the start
  run FILE                    Run a script on a fresh machine
        --json                  one JSON line for each step
        --images A,B            images that are present at the start
        --scenario NAME         which machine (default: learner)
        --timeout SECONDS       how long a step may take (default: 600 on the machine's clock, 60 of busy work);
                                it may print 64 MB
  serve                       Let real clients drive the simulated machine
        --docker ADDRESS        unix:///path or tcp://127.0.0.1:PORT for the Engine API
        --registry HOST:PORT    the simulated Docker Hub
        --allow-remote          let them be addresses that other hosts can reach
        --scenario NAME         which machine (default: learner)
        --images A,B            images that are present at the start
  verify [NAME...]            Check every lesson and exercise, or those that have NAME in their path or id
        --update                fill in what lessons show instead
  new image NAME              Begin a recipe for an image of Docker Hub
`;

class UsageError extends UserError {}

const list = (text: string | undefined) => (text ?? '').split(',').filter((item) => item !== '');

function seconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value > 0)) throw new UsageError(`--timeout: expected a number of seconds, not ${text}`);
  return value;
}

/** Runs the command line; gives the exit status. */
async function main(args: string[]): Promise<number> {
  const [command, ...rest] = args;
  const options = (
    names: Record<string, { type: 'string' | 'boolean' }>,
    positionals: number | 'any' = 0,
  ) => {
    try {
      const parsed = parseArgs({ args: rest, options: names, allowPositionals: true });
      if (positionals !== 'any' && parsed.positionals.length !== positionals)
        throw new UsageError(
          positionals === 0
            ? `unexpected argument: ${parsed.positionals[0]}`
            : positionals === 1
              ? 'expected one FILE'
              : `expected ${positionals} arguments`,
        );
      return { values: parsed.values as Record<string, string & boolean>, positionals: parsed.positionals };
    } catch (error) {
      // What the platform says after the first sentence is about its own ways of writing options.
      throw new UsageError((error as Error).message.replace(/\. To specify .*/s, ''));
    }
  };
  const machine = { scenario: { type: 'string' }, images: { type: 'string' } } as const;
  switch (command) {
    case 'shell': {
      const { values } = options(machine);
      return shell({ scenario: values['scenario'] ?? 'learner', images: list(values['images']) });
    }
    case 'run': {
      const { values, positionals } = options(
        { ...machine, json: { type: 'boolean' }, timeout: { type: 'string' } },
        1,
      );
      return runScript({
        file: positionals[0]!,
        json: values['json'] === true,
        timeout: seconds(values['timeout']),
        scenario: values['scenario'] ?? 'learner',
        images: list(values['images']),
      });
    }
    case 'serve': {
      const { values } = options({
        ...machine,
        docker: { type: 'string' },
        registry: { type: 'string' },
        'allow-remote': { type: 'boolean' },
      });
      if (!values['docker'] && !values['registry'])
        throw new UsageError('serve needs --docker or --registry');
      return serve({
        docker: values['docker'],
        registry: values['registry'],
        remote: values['allow-remote'] === true,
        scenario: values['scenario'] ?? 'learner',
        images: list(values['images']),
      });
    }
    case 'verify': {
      const { values, positionals } = options({ update: { type: 'boolean' } }, 'any');
      return verify({ update: values['update'] === true, names: positionals });
    }
    case 'new': {
      const { positionals } = options({}, 2);
      const [kind, name = ''] = positionals;
      if (kind !== 'image') throw new UsageError(`new ${kind}: expected image`);
      for (const path of newImage(process.cwd(), name)) process.stdout.write(`${path}\n`);
      return 0;
    }
    case undefined:
    case 'help':
    case '--help':
    case '-h':
      process.stdout.write(USAGE);
      return 0;
    default:
      throw new UsageError(`unknown command: ${command}`);
  }
}

// Whoever reads us may leave (`drydock run … | head -1`): that ends us as SIGPIPE would.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(141);
    throw error;
  });

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (process.env['DRYDOCK_DEBUG']) console.error(error);
  const known = (error as { expected?: boolean }).expected === true;
  process.stderr.write(`drydock: ${known ? (error as Error).message : ((error as Error).stack ?? error)}\n`);
  if (error instanceof UsageError) process.stderr.write(`Run 'drydock --help' for usage.\n`);
  process.exitCode = 2;
}
