const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Plain text as HTML, with `backticks` as code: for the short texts that components take as properties. */
export function inlineCode(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => entities[sign] as string).replace(/`([^`]+)`/g, '<code>$1</code>');
}
