/** Media query: the workspace stands beside the text; on a narrower screen it is a sheet over it. */
export const BESIDE = '(min-width: 64rem)';

declare global {
  interface Window {
    /** The lab's worker, where the page's head has started it already; it prepares the lab (site/workspace-ahead.ts). */
    drydockWorker?: Worker;
  }
}
