import type { Stdio } from '../lib/stdio.ts';
import { strftime } from '../lib/strftime.ts';
import { Given, type Utility } from '../utility.ts';
import { machine } from './processes.ts';

/** uptime(1); nobody logs in to the simulated machines by a login program. */
export const uptime: Utility = {
  name: 'uptime',
  usage: '[options]',
  summary: 'Tell how long the system has been running.',
  options: { short: 'psVh', long: { pretty: 'p', since: 's' }, about: { help: 'h', version: 'V' } },
  hint: () => '\nUsage:\n uptime [options]\n',
  busybox: { options: {}, usage: '' },
  async run(io, parsed, flavour) {
    const given = new Given(parsed);
    const { boot, uptime: up } = await machine(io.sys);
    if (given.has('s')) io.stdout.write(`${strftime('%Y-%m-%d %H:%M:%S', boot)}\n`);
    else if (given.has('p')) {
      const parts: [number, string][] = [
        [Math.floor(up / 86_400), 'day'],
        [Math.floor(up / 3600) % 24, 'hour'],
        [Math.floor(up / 60) % 60, 'minute'],
      ];
      const shown = parts
        .filter(([count], i) => count > 0 || (i === 2 && up < 60))
        .map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`);
      io.stdout.write(`up ${shown.join(', ')}\n`);
    } else io.stdout.write(`${await uptimeLine(io, flavour === 'gnu')}\n`);
    return 0;
  },
};

export async function uptimeLine(io: Stdio, gnu: boolean): Promise<string> {
  const { uptime: up, load } = await machine(io.sys);
  const days = Math.floor(up / 86_400);
  const hours = Math.floor(up / 3600) % 24;
  const minutes = Math.floor(up / 60) % 60;
  const span =
    hours > 0 ? `${String(hours).padStart(2)}:${String(minutes).padStart(2, '0')}` : `${minutes} min`;
  const since = `${days > 0 ? `${days} day${days === 1 ? '' : 's'}, ` : ''}${span}`;
  const time = strftime('%H:%M:%S', io.sys.clock_gettime('realtime'));
  return ` ${time} up ${since},  0 user${gnu ? '' : 's'},  load average: ${load.slice(0, 3).join(', ')}`;
}
