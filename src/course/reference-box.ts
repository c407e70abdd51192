import { type PartName, referenceParts } from '../lab/reference-parts.ts';

/** Takes apart what is typed into the boxes of a page, key by key. */
export function wireReferenceBoxes(root: ParentNode): void {
  for (const box of root.querySelectorAll<HTMLElement>('.reference-box')) {
    const field = box.querySelector('input');
    const show = () => {
      if (field) showParts(box, field.value);
    };
    field?.addEventListener('input', show);
    box.addEventListener('click', (event) => {
      const example = (event.target as Element).closest('button')?.textContent;
      if (!field || !example) return;
      field.value = example;
      show();
    });
    // A browser keeps what was typed before the page was loaded anew.
    show();
  }
}

function showParts(box: HTMLElement, typed: string): void {
  const read = referenceParts(typed.trim());
  const say = (selector: string, text: string) => {
    const place = box.querySelector(selector);
    if (place) place.textContent = text;
  };
  say('[data-problem]', 'problem' in read ? read.problem : '');
  say('[data-full]', 'full' in read ? read.full : '');
  for (const row of box.querySelectorAll<HTMLElement>('[data-part]')) {
    const part = 'parts' in read ? read.parts[row.dataset['part'] as PartName] : undefined;
    row.classList.toggle('absent', part === undefined);
    row.classList.toggle('filled-in', part?.filledIn ?? false);
    const value = row.querySelector('code');
    if (value) value.textContent = part?.text ?? '–';
  }
}
