/** Says, once a choice is made, whether it holds, and lets the explanation unfold. */
export function wirePredictions(root: ParentNode): void {
  for (const box of root.querySelectorAll<HTMLElement>('.predict')) {
    const verdict = box.querySelector<HTMLElement>('.verdict');
    const details = box.querySelector('details');
    box.addEventListener('change', (event) => {
      const choice = event.target as HTMLInputElement;
      if (choice.type !== 'radio' || !verdict) return;
      const right = 'right' in choice.dataset;
      const word = (right ? verdict.dataset['right'] : verdict.dataset['wrong']) ?? '';
      verdict.innerHTML = `<strong data-sign="${right ? '✓' : '✗'}"></strong> <span></span>`;
      (verdict.firstElementChild as HTMLElement).textContent = word;
      (verdict.lastElementChild as HTMLElement).innerHTML = choice.dataset['says'] ?? '';
      if (details && right) details.open = true;
    });
  }
}
