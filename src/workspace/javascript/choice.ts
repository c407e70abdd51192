import { type Signal, signal } from '@preact/signals';
import type { Session } from '../session.ts';
import { type Absence, bootWebContainer, NoWebContainer } from './probe.ts';
import { WebContainerPrograms } from './web-container.ts';

/** Where programs of Node run, or why not where it was asked for. */
export type Choice =
  | { is: 'embedded'; absence?: Absence; problem?: string }
  | { is: 'looking' }
  | { is: 'webcontainer' };

export interface JavaScriptChoice {
  readonly now: Signal<Choice>;
  useWebContainer(): Promise<void>;
  useEmbedded(): Promise<void>;
  /** Ends what runs in the WebContainer. */
  close(): void;
}

/** Chooses for a lab; at first the interpreter that it has within. */
export function createChoice(session: Session): JavaScriptChoice {
  const now = signal<Choice>({ is: 'embedded' });
  let programs: WebContainerPrograms | undefined;
  let stop: (() => void) | undefined;
  /** Another number when what is under way is not wanted any more. */
  let turn = 0;
  const close = () => {
    turn++;
    stop?.();
    programs?.close();
    programs = undefined;
    now.value = { is: 'embedded' };
  };
  return {
    now,
    close,
    async useWebContainer() {
      const mine = ++turn;
      now.value = { is: 'looking' };
      try {
        const container = await bootWebContainer();
        if (mine !== turn) return container.teardown();
        const there = new WebContainerPrograms(container, (report) => {
          // A lab that was closed meanwhile hears of nothing more.
          session.call('javascript.report', report).catch(() => {});
        });
        programs = there;
        stop = session.onOrder((order) => there.take(order));
        await session.call('javascript.host', { host: 'webcontainer' });
        now.value = { is: 'webcontainer' };
      } catch (error) {
        if (mine !== turn) return;
        close();
        const why =
          error instanceof NoWebContainer
            ? { absence: error.absence }
            : { problem: (error as Error).message };
        now.value = { is: 'embedded', ...why };
      }
    },
    async useEmbedded() {
      const wasThere = programs !== undefined;
      now.value = { is: 'embedded' };
      if (!wasThere) {
        turn++;
        return;
      }
      await session.call('javascript.host', { host: 'embedded' });
      close();
    },
  };
}
