import type { XrayRequest } from '../workspace/requests.ts';
import type { XrayView } from '../workspace/xray/views.ts';

/** Wires the buttons that open a view of the X-ray in the workspace. */
export function wireXrayButtons(root: ParentNode): void {
  for (const button of root.querySelectorAll<HTMLElement>('[data-xray]')) {
    button.addEventListener('click', () => {
      const detail = { view: button.dataset['xray'] as XrayView };
      document.dispatchEvent(new CustomEvent<XrayRequest>('drydock:xray', { detail }));
    });
  }
}
