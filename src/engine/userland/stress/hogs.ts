import { isErrno } from '../../base/errno.ts';
import type { Process } from '../../kernel/program.ts';
import type { StressOptions } from './options.ts';
import type { Voice } from './voice.ts';

/** What a worker does until a signal ends it. */
type Hog = (process: Process, options: StressOptions, voice: Voice) => Promise<number>;

const MEBIBYTE = 1024 ** 2;
const PAGE = 4096;
/** Microseconds to touch a page for the first time (the kernel must find and clear it), and again. */
const FAULT = 0.5;
const TOUCH = 0.05;

/** Square roots. */
const cpu: Hog = async ({ work }) => {
  for (;;) {
    const pause = work(1000);
    if (pause) await pause;
  }
};

/** sync(2) */
const io: Hog = async ({ sys }) => {
  for (;;) await sys.sync();
};

/** Takes memory, writes to it, frees it; or keeps it and writes again. */
const vm: Hog = async (process, options, voice) => {
  const { sys } = process;
  const { vmBytes, vmStride, vmHang, vmKeep } = options;
  for (let first = true; ; first = false) {
    if (first || !vmKeep) {
      await voice.debug(`allocating ${vmBytes} bytes ...`);
      try {
        await sys.brk(0, vmBytes);
      } catch (error) {
        if (!isErrno(error)) throw error;
        await voice.fail(512, `hogvm malloc failed: ${error.message}`);
        return 1;
      }
    }
    await voice.debug(`touching bytes in strides of ${vmStride} bytes ...`);
    const pages = Math.ceil(vmBytes / Math.max(vmStride, PAGE));
    if (first || !vmKeep) await fault(process, pages, vmBytes);
    // To write once more, and to read what was written.
    const pause = process.work(pages * TOUCH);
    if (pause) await pause;
    if (vmHang === 0) {
      await voice.debug('sleeping forever with allocated memory');
      for (;;) await sys.nanosleep(Number.MAX_SAFE_INTEGER);
    }
    if (vmHang !== undefined) {
      await voice.debug(`sleeping for ${vmHang}s with allocated memory`);
      await sys.nanosleep(vmHang * 1000);
    }
    if (vmKeep) continue;
    await sys.brk(0);
    await voice.debug(`freed ${vmBytes} bytes`);
  }
};

/** Touches page after page; what is not there yet for them is charged as it comes. */
async function fault({ sys, work }: Process, pages: number, mapped: number): Promise<void> {
  const step = MEBIBYTE / PAGE;
  for (let touched = 0; touched < pages; ) {
    const more = Math.min(step, pages - touched);
    touched += more;
    await sys.brk(touched * PAGE, mapped, 0);
    const pause = work(more * FAULT);
    if (pause) await pause;
  }
}

export const HOGS = { cpu, io, vm };
