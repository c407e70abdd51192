/**
 * Runs in the head, before the first paint: what the reader chose earlier must not flash or move.
 * It is put into the page as text, so it uses nothing from outside.
 */
export const firstPaint = `(() => {
  const root = document.documentElement;
  root.dataset.script = '';
  try {
    const { theme, projector } = JSON.parse(localStorage.getItem('drydock.appearance') ?? '{}');
    if (theme && theme !== 'auto') root.dataset.theme = theme;
    if (projector) root.dataset.projector = '';
    const split = JSON.parse(localStorage.getItem('drydock.split') ?? '{}');
    if (split.width) root.style.setProperty('--workspace', split.width + '%');
    if (split.height) root.style.setProperty('--sheet', split.height + 'dvh');
  } catch {}
})();`;
