import type { WebContainer } from '@webcontainer/api';

/** Why there is no WebContainer to be had here. */
export type Absence = 'notIsolated' | 'noSharedMemory' | 'unreachable' | 'slow';

/** A WebContainer that cannot be had, for a reason that can be told. */
export class NoWebContainer extends Error {
  readonly absence: Absence;

  constructor(absence: Absence) {
    super(absence);
    this.absence = absence;
  }
}

/** Where WebContainers come from. */
const ORIGIN = 'https://stackblitz.com/headless';
/** How long its place may take to answer, and the container to boot, in ms. Offline, `boot` itself would wait for ever. */
const ANSWER = 4000;
const BOOT = 30_000;

/** Boots a WebContainer; rejects with `NoWebContainer` within seconds where there is none to be had. */
export async function bootWebContainer(): Promise<WebContainer> {
  if (!globalThis.crossOriginIsolated) throw new NoWebContainer('notIsolated');
  if (typeof SharedArrayBuffer === 'undefined') throw new NoWebContainer('noSharedMemory');
  try {
    await fetch(ORIGIN, { mode: 'no-cors', credentials: 'omit', signal: AbortSignal.timeout(ANSWER) });
  } catch {
    throw new NoWebContainer('unreachable');
  }
  const { WebContainer } = await import('@webcontainer/api');
  const booted = WebContainer.boot({ coep: 'require-corp', workdirName: 'drydock' });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoWebContainer('slow')), BOOT);
  });
  try {
    return await Promise.race([booted, late]);
  } catch (error) {
    // One that comes after all is not wanted any more.
    booted.then((container) => container.teardown()).catch(() => {});
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
