import type { Plugin } from 'vite';

/**
 * Writes the characters beyond ASCII in scripts as escapes. A browser keeps a script in one byte a character only if each is of
 * Latin-1: one typographic quote in the lab's worker doubled it, and what it took to decode and read it.
 */
export function asciiScripts(): Plugin {
  return {
    name: 'drydock-ascii-scripts',
    enforce: 'post',
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) if (file.type === 'chunk') file.code = escaped(file.code);
    },
  };
}

/** Such characters stand in strings, templates and patterns; a raw template would show its escapes, and is refused. */
function escaped(code: string): string {
  if (/\bString\.raw`[^`]*[^\0-\x7f]/.test(code))
    throw new Error('a raw template with a character beyond ASCII');
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
