import type { SolveStatus } from '../../api/build.ts';
import { marshal } from '../../base/go-json.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import { PlainDisplay } from './plain-display.ts';
import { Trace } from './trace.ts';
import { TtyDisplay } from './tty-display.ts';

/** What shows how a build goes on. */
export interface Display {
  update(status: SolveStatus): Promise<void>;
  end(): Promise<void>;
}

/** How often a display is drawn at most, ms. */
const PERIOD = 100;
const DESCRIPTION = 'building with "default" instance using docker driver';

/** A display of the kind that was asked for: a picture at a terminal, else lines. */
export async function openDisplay(cli: Cli, mode: string): Promise<Display> {
  const trace = new Trace();
  const write = (text: string) => cli.err(text);
  switch (mode) {
    case 'quiet':
    case 'none':
      return { update: async () => undefined, end: async () => undefined };
    case 'rawjson':
      return { update: (status) => write(`${marshal(status)}\n`), end: async () => undefined };
    case 'plain':
      return paced(cli, trace, new PlainDisplay(trace, DESCRIPTION, write));
    case 'auto':
    case 'tty': {
      if (!cli.terminal.stderr) {
        if (mode === 'tty')
          throw new CliError('ERROR: failed to get console: provided file is not a console');
        return paced(cli, trace, new PlainDisplay(trace, DESCRIPTION, write));
      }
      const size = async () => (await cli.windowSize(1)) ?? { columns: 80, rows: 24 };
      return paced(
        cli,
        trace,
        new TtyDisplay(trace, 'docker:default', { write, now: () => cli.now(), size }),
      );
    }
    default:
      throw new CliError(`ERROR: invalid progress mode ${mode}`);
  }
}

/** Draws what is new: at once if nothing was drawn for a while, else when that while is over. */
function paced(cli: Cli, trace: Trace, display: { refresh(isLast?: boolean): Promise<void> }): Display {
  let drawnAt = Number.NEGATIVE_INFINITY;
  let waiting: Promise<void> | undefined;
  let isOver = false;
  const draw = async () => {
    drawnAt = cli.now();
    await display.refresh();
  };
  const later = async () => {
    await cli.sleep(Math.max(0, drawnAt + PERIOD - cli.now()));
    waiting = undefined;
    if (!isOver) await draw();
  };
  return {
    async update(status) {
      trace.update(status);
      if (waiting !== undefined) return;
      if (cli.now() - drawnAt >= PERIOD) await draw();
      else waiting = later();
    },
    async end() {
      isOver = true;
      await display.refresh(true);
      await cli.err(trace.failures());
    },
  };
}
