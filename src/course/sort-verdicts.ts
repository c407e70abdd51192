/** Says, when it is asked, which cards are in their bins, and of the others why not. */
export function wireSorts(root: ParentNode): void {
  for (const box of root.querySelectorAll<HTMLElement>('.sort')) {
    const score = box.querySelector<HTMLElement>('[data-score]');
    const cards = [...box.querySelectorAll('fieldset')];
    box.querySelector('button')?.addEventListener('click', () => {
      const right = cards.filter((card) => judge(card)).length;
      if (!score) return;
      score.textContent = (score.dataset['score'] ?? '')
        .replace('{n}', String(right))
        .replace('{of}', String(cards.length));
    });
    // A verdict is about what was placed when it was asked for.
    box.addEventListener('change', (event) => {
      const card = (event.target as Element).closest('fieldset');
      if (card) mark(card, '', true);
    });
  }
}

function judge(card: HTMLFieldSetElement): boolean {
  const placed = card.querySelector<HTMLInputElement>('input:checked');
  const right = placed?.value === card.dataset['bin'];
  mark(card, !placed ? '' : right ? '✓' : '✗', !placed || right);
  return right;
}

function mark(card: HTMLFieldSetElement, sign: string, quiet: boolean): void {
  card.querySelector('legend')?.setAttribute('data-sign', sign);
  const says = card.querySelector<HTMLElement>('.says');
  if (says) says.hidden = quiet;
}
