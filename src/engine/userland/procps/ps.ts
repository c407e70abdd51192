import { readAccounts } from '../lib/users.ts';
import type { Utility } from '../utility.ts';
import { machine, processes } from './processes.ts';
import type { Context } from './ps-columns.ts';
import { Request } from './ps-options.ts';
import { drawForest, print } from './ps-output.ts';

/** ps(1) of procps: UNIX, BSD and GNU options. */
export const ps: Utility = {
  name: 'ps',
  usage: '[options]',
  summary: 'Report a snapshot of the current processes.',
  async run(io) {
    const request = new Request();
    const fault = request.read(io.args);
    if (fault !== undefined) {
      if (fault === 'help') {
        io.stdout.write('\nUsage:\n ps [options]\n\nFor more details see ps(1).\n');
        return 0;
      }
      await io.stderr.write(
        `error: ${fault}\n\nUsage:\n ps [options]\n\n Try 'ps --help <simple|list|output|threads|misc|all>'\n  or 'ps --help <s|l|o|t|m|a>'\n for additional help text.\n\nFor more details see ps(1).\n`,
      );
      return 1;
    }
    const all = await processes(io.sys);
    const { boot, uptime, memory } = await machine(io.sys);
    const accounts = await readAccounts(io.sys);
    const selected = request.select(all, io.sys.getpid(), io.sys.geteuid(), accounts);
    const context: Context = {
      accounts,
      boot,
      uptime,
      now: io.sys.clock_gettime('realtime'),
      totalMemory: memory.get('MemTotal') ?? 1,
      branches: new Map(),
    };
    const ordered = request.forest ? drawForest(selected, context) : request.sorted(selected, context);
    await print(io, ordered, request.columns(), context, request);
    return selected.length === 0 ? 1 : 0;
  },
};
