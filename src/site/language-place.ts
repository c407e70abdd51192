/**
 * Keeps the reader's place when the language is switched: the link leads to the same heading on the other page.
 *
 * Headings are paired by their order, for lessons are in step in both languages; the page brings the pairs with it.
 */
export function wireLanguageLinks(links: Iterable<HTMLAnchorElement>): void {
  for (const link of links) {
    const anchors: Record<string, string> = JSON.parse(link.dataset['anchors'] ?? '{}');
    const keepPlace = () => {
      const here =
        Object.keys(anchors).length > 0 ? headingAtTop(Object.keys(anchors)) : location.hash.slice(1);
      link.hash = here === undefined ? '' : (anchors[here] ?? here);
    };
    // As late as can be, and before the browser reads the address: on press, on focus by keyboard, on Enter.
    for (const event of ['pointerdown', 'focus', 'keydown', 'click']) link.addEventListener(event, keepPlace);
    link.addEventListener('click', () => rememberLanguage(link.dataset['locale'] ?? ''));
  }
}

/** The last heading that has reached the upper third of the window, or none at the top of the page. */
function headingAtTop(ids: string[]): string | undefined {
  const line = innerHeight / 3;
  return ids.findLast((id) => (document.getElementById(id)?.getBoundingClientRect().top ?? Infinity) < line);
}

function rememberLanguage(locale: string): void {
  try {
    localStorage.setItem('drydock.locale', locale);
  } catch {
    // The front page then goes by the browser's language.
  }
}
