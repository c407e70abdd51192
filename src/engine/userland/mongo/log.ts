import { rfc3339Nano } from '../../base/calendar.ts';
import type { Syscalls } from '../../kernel/syscalls.ts';
import { writeAll } from '../lib/stdio.ts';
import { textToBytes } from '../lib/text.ts';

/** The server's log: a JSON document a line, its first fields in columns. */
export class Log {
  readonly #sys: Syscalls;
  readonly #fd: number;

  constructor(sys: Syscalls, fd: number) {
    this.#sys = sys;
    this.#fd = fd;
  }

  async info(
    component: string,
    id: number,
    context: string,
    text: string,
    attributes?: object,
  ): Promise<void> {
    await this.#write('I', component, id, context, text, attributes);
  }

  async warn(
    component: string,
    id: number,
    context: string,
    text: string,
    attributes?: object,
  ): Promise<void> {
    await this.#write('W', component, id, context, text, attributes);
  }

  async error(
    component: string,
    id: number,
    context: string,
    text: string,
    attributes?: object,
  ): Promise<void> {
    await this.#write('E', component, id, context, text, attributes);
  }

  async #write(
    severity: string,
    component: string,
    id: number,
    context: string,
    text: string,
    attributes?: object,
  ) {
    const fields = [
      `"t":{"$date":"${instant(this.#sys.clock_gettime())}"},"s":"${severity}",  `,
      `"c":${`"${component}",`.padEnd(12)}`,
      `"id":${`${id},`.padEnd(9)}`,
      `"ctx":${JSON.stringify(context)},"msg":${JSON.stringify(text)}`,
      attributes === undefined ? '' : `,"attr":${JSON.stringify(attributes)}`,
    ];
    await writeAll(this.#sys, this.#fd, textToBytes(`{${fields.join('')}}\n`));
  }
}

/** `2026-11-21T08:00:00.000+00:00` */
export const instant = (ms: number): string =>
  `${rfc3339Nano(Math.floor(ms)).slice(0, 19)}.${String(Math.floor(ms) % 1000).padStart(3, '0')}+00:00`;
