import type { CommandRequest } from '../workspace/requests.ts';

/** Wires the Run and Copy buttons of console blocks. */
export function wireConsoles(root: ParentNode): void {
  for (const block of root.querySelectorAll<HTMLElement>('.console')) {
    const status = block.querySelector<HTMLElement>('[data-status]');
    const say = (text: string | undefined) => {
      if (!status || !text) return;
      status.textContent = '';
      requestAnimationFrame(() => {
        status.textContent = text;
      });
    };
    block.addEventListener('click', async (event) => {
      const button = (event.target as Element).closest('button');
      const command = button?.closest('.console-command')?.querySelector('[data-command]')?.textContent;
      if (!button || !command) return;
      if ('run' in button.dataset) {
        const detail = { command, machine: block.dataset['machine'] ?? '' };
        document.dispatchEvent(new CustomEvent<CommandRequest>('drydock:command', { detail }));
        say(button.dataset['sent']);
      } else if ('copy' in button.dataset) {
        await navigator.clipboard.writeText(command);
        say(button.dataset['copied']);
        const label = button.textContent;
        button.textContent = '✓';
        setTimeout(() => {
          button.textContent = label;
        }, 1200);
      }
    });
  }
}
