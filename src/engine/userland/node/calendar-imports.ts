import { calendar } from '../../base/calendar.ts';

/** Where JavaScript inside takes the time from. */
export interface Calendar {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since the machine has booted. */
  monotonic(): number;
}

/** The names that Emscripten gave, in this build of QuickJS, to what its C library asks of the platform about time. */
const CLOCK_TIME_GET = 'q';
const DATE_NOW = 'p';
const LOCALTIME = 'm';
const TZSET = 'n';

/**
 * The imports of QuickJS' machine code with the world's clock in place of the platform's, and UTC, the time zone of the
 * simulated machines, in place of the reader's: else a journal would not replay elsewhere.
 */
export function calendarImports(
  imports: WebAssembly.Imports,
  time: Calendar,
  memory: () => ArrayBufferLike,
): WebAssembly.Imports {
  const [[namespace, functions] = ['', {}]] = Object.entries(imports);
  return {
    [namespace]: {
      ...functions,
      [DATE_NOW]: () => time.now(),
      /** WASI's clock_time_get: nanoseconds of the realtime clock (0) or of another. */
      [CLOCK_TIME_GET]: (clock: number, _precision: bigint, at: number) => {
        const ms = clock === 0 ? time.now() : time.monotonic();
        new DataView(memory()).setBigUint64(at, BigInt(Math.round(ms * 1e6)), true);
        return 0;
      },
      /** struct tm of an instant in seconds; beyond what the calendar has, the epoch. */
      [LOCALTIME]: (seconds: bigint, at: number) => {
        const limit = 8.64e12;
        const time = calendar(Math.abs(Number(seconds)) <= limit ? Number(seconds) * 1000 : 0);
        const { second, minute, hour, day, month, year, weekday, yearday } = time;
        const fields = [second, minute, hour, day, month - 1, year - 1900, weekday, yearday - 1, 0, 0];
        new Int32Array(memory(), at, fields.length).set(fields);
      },
      [TZSET]: (timezone: number, daylight: number, standardName: number, daylightName: number) => {
        const bytes = new DataView(memory());
        bytes.setInt32(timezone, 0, true);
        bytes.setInt32(daylight, 0, true);
        for (const name of [standardName, daylightName]) new Uint8Array(memory()).set([85, 84, 67, 0], name);
      },
    },
  };
}
