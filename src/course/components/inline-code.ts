/** Up to how many characters a piece of code stays on one line; it must fit a phone's. */
export const shortCode = 30;

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Plain text as HTML, with `backticks` as code: for the short texts that components take as properties. */
export function inlineCode(text: string): string {
  return text
    .replace(/[&<>"]/g, (sign) => entities[sign] as string)
    .replace(/`([^`]+)`/g, (_, code: string) =>
      code.length <= shortCode ? `<code class="short">${code}</code>` : `<code>${code}</code>`,
    );
}
