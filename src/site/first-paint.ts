/**
 * Runs in the head, before the first paint: what the reader chose earlier must not flash or move.
 * It is put into the page as text, so it uses nothing from outside.
 */
export const firstPaint = `(() => {
  const root = document.documentElement;
  root.dataset.script = '';
  // Who comes to a page reads it from its top; who comes back to it, or to a section, may not.
  if (!location.hash && performance.getEntriesByType('navigation')[0]?.type === 'navigate') root.dataset.fromTop = '';
  try {
    const { theme, projector } = JSON.parse(localStorage.getItem('drydock.appearance') ?? '{}');
    if (theme && theme !== 'auto') root.dataset.theme = theme;
    if (projector) root.dataset.projector = '';
    const split = JSON.parse(localStorage.getItem('drydock.split') ?? '{}');
    if (split.width) root.style.setProperty('--workspace', split.width + '%');
    if (split.height) root.style.setProperty('--sheet', split.height + 'dvh');
  } catch {}
})();`;
