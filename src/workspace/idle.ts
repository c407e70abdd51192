/** The longest that something waits for the page to have nothing else to do, ms. */
const LONGEST = 2000;

/** Calls when the page has nothing else to do, and after two seconds at the latest; the answer cancels. */
export function whenIdle(act: () => void): () => void {
  if (!('requestIdleCallback' in globalThis)) {
    const timer = setTimeout(act, LONGEST / 4);
    return () => clearTimeout(timer);
  }
  const handle = requestIdleCallback(act, { timeout: LONGEST });
  return () => cancelIdleCallback(handle);
}
