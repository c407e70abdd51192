import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** A component whose code is fetched when it is first wanted. */
export function useLater<Props>(
  wanted: boolean,
  load: () => Promise<ComponentType<Props>>,
): { component?: ComponentType<Props>; problem?: string } {
  const [state, set] = useState<{ component?: ComponentType<Props>; problem?: string }>({});
  useEffect(() => {
    if (!wanted || state.component) return;
    load().then(
      (component) => set({ component }),
      (error: Error) => set({ problem: error.message }),
    );
  }, [wanted]);
  return state;
}
