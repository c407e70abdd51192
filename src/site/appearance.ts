/** How the reader wants the pages to look. `auto` follows the system. */
export type Theme = 'auto' | 'light' | 'dark' | 'contrast';

export const appearanceKey = 'drydock.appearance';

export interface Appearance {
  theme: Theme;
  projector: boolean;
}

export function readAppearance(): Appearance {
  try {
    return { theme: 'auto', projector: false, ...JSON.parse(localStorage.getItem(appearanceKey) ?? '{}') };
  } catch {
    return { theme: 'auto', projector: false };
  }
}

export function applyAppearance({ theme, projector }: Appearance): void {
  const root = document.documentElement;
  if (theme === 'auto') delete root.dataset['theme'];
  else root.dataset['theme'] = theme;
  root.toggleAttribute('data-projector', projector);
  document.dispatchEvent(new CustomEvent('drydock:appearance'));
}

/** Wires the form in the header to the page, and remembers what was chosen. */
export function wireAppearance(form: HTMLFormElement): void {
  const details = form.closest('details');
  const now = readAppearance();
  const theme = form.elements.namedItem('theme') as RadioNodeList;
  const projector = form.elements.namedItem('projector') as HTMLInputElement;
  theme.value = now.theme;
  projector.checked = now.projector;
  form.addEventListener('change', () => {
    const chosen: Appearance = { theme: theme.value as Theme, projector: projector.checked };
    try {
      localStorage.setItem(appearanceKey, JSON.stringify(chosen));
    } catch {
      // A browser that keeps nothing still shows what was chosen.
    }
    applyAppearance(chosen);
  });
  details?.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !details.open) return;
    details.open = false;
    details.querySelector('summary')?.focus();
  });
  document.addEventListener('pointerdown', (event) => {
    if (details?.open && !details.contains(event.target as Node)) details.open = false;
  });
}
