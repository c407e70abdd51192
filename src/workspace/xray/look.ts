import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Session } from '../session.ts';

/** Two looks, one after the other: a picture shows the later, and what has changed since the earlier. */
export interface Looks<T> {
  now: T;
  before: T | undefined;
}

/** How often an open view looks while nothing is said to have changed: meters move by themselves. */
const INTERVAL = 1000;

/**
 * Looks at the machine again and again, as long as the view is open and the page is seen.
 * @param asked what the look asks for: when it changes, it looks at once
 */
export function useLooks<T>(
  session: Session,
  look: () => Promise<T>,
  asked = '',
): { looks: Looks<T> | undefined; problem: string | undefined } {
  const looks = useSignal<Looks<T> | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const ready = session.stage.value.is === 'ready';
  const changes = session.changes.value;

  useEffect(() => {
    if (!ready) return;
    let open = true;
    const again = async () => {
      if (document.hidden) return;
      try {
        const now = await look();
        if (!open) return;
        looks.value = { now, before: looks.peek()?.now };
        problem.value = undefined;
      } catch (error) {
        if (open) problem.value = (error as Error).message;
      }
    };
    void again();
    const timer = setInterval(again, INTERVAL);
    return () => {
      open = false;
      clearInterval(timer);
    };
  }, [ready, changes, asked]);

  return { looks: looks.value, problem: problem.value };
}
