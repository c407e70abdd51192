import { hasMagic, quotePattern } from '../lib/glob.ts';

/** A field under construction or done: its text, and the same as a pattern in which what was quoted is escaped. */
export interface Field {
  text: string;
  pattern: string;
}

/** Gathers the results of expansions into fields (field splitting, POSIX XCU 2.6.5). */
export class FieldBuilder {
  readonly fields: Field[] = [];
  readonly #ifs: string;
  #text = '';
  #pattern = '';
  #begun = false;
  /** The last field was ended by white space, which a following delimiter may still belong to. */
  #endedBySpace = false;

  constructor(ifs: string) {
    this.#ifs = ifs;
  }

  /** Quoted text: neither split nor globbed; makes a field even if empty. */
  quoted(text: string): void {
    this.#begun = true;
    this.#text += text;
    this.#pattern += this.escape(text);
  }

  /** Quoted text as it stands in the pattern. */
  protected escape(text: string): string {
    return /[\\*?[\]()|!+@^&-]/.test(text) ? quotePattern(text) : text;
  }

  /** Unquoted source text: globbed, not split. */
  literal(text: string): void {
    if (text === '') return;
    this.#begun = true;
    this.#text += text;
    this.#pattern += text;
  }

  /** The result of an unquoted expansion: split and globbed. */
  split(text: string): void {
    const ifs = this.#ifs;
    if (ifs === '') {
      this.literalValue(text);
      return;
    }
    let from = 0;
    for (let i = 0; i < text.length; i++) {
      const char = text[i]!;
      if (!ifs.includes(char)) continue;
      if (i > from) this.literalValue(text.slice(from, i));
      from = i + 1;
      if (char === ' ' || char === '\t' || char === '\n') {
        if (this.#begun) {
          this.#end();
          this.#endedBySpace = true;
        }
      } else if (this.#begun) {
        this.#end();
        this.#endedBySpace = false;
      } else if (this.#endedBySpace) this.#endedBySpace = false;
      else this.fields.push({ text: '', pattern: '' });
    }
    if (from < text.length) this.literalValue(from === 0 ? text : text.slice(from));
  }

  /** An expansion's text that is not split: glob characters count, backslashes do not. */
  literalValue(text: string): void {
    if (text === '') return;
    this.#begun = true;
    this.#endedBySpace = false;
    this.#text += text;
    this.#pattern += text.includes('\\') ? text.replaceAll('\\', '\\\\') : text;
  }

  /** Ends the current field (between the elements of `$@`), if there is one. */
  boundary(): void {
    if (this.#begun) this.#end();
    this.#endedBySpace = false;
  }

  finish(): Field[] {
    if (this.#begun) this.#end();
    return this.fields;
  }

  #end(): void {
    this.fields.push({ text: this.#text, pattern: this.#pattern });
    this.#text = '';
    this.#pattern = '';
    this.#begun = false;
  }
}

export const isPattern = (field: Field, extended: boolean): boolean => hasMagic(field.pattern, extended);

/**
 * Splits a line for `read`: at most `count` fields, the last taking the rest. A character of `escaped` positions was
 * preceded by a backslash and separates nothing.
 */
export function splitForRead(
  line: string,
  escaped: ReadonlySet<number>,
  ifs: string,
  count: number,
): string[] {
  const isSpace = (i: number) => !escaped.has(i) && ' \t\n'.includes(line[i]!) && ifs.includes(line[i]!);
  const isDelimiter = (i: number) => !escaped.has(i) && ifs.includes(line[i]!);
  const fields: string[] = [];
  let i = 0;
  while (i < line.length && isSpace(i)) i++;
  while (i < line.length) {
    if (fields.length === count - 1) {
      fields.push(lastField(line, i, isSpace, isDelimiter));
      return fields;
    }
    const from = i;
    while (i < line.length && !isDelimiter(i)) i++;
    fields.push(line.slice(from, i));
    while (i < line.length && isSpace(i)) i++;
    if (i < line.length && isDelimiter(i) && (i === from || !isSpace(i))) {
      i++;
      while (i < line.length && isSpace(i)) i++;
    }
  }
  return fields;
}

/** The rest of the line, without trailing white space, and without one trailing delimiter if it holds no other. */
function lastField(
  line: string,
  from: number,
  isSpace: (i: number) => boolean,
  isDelimiter: (i: number) => boolean,
): string {
  let end = line.length;
  while (end > from && isSpace(end - 1)) end--;
  if (end > from && isDelimiter(end - 1)) {
    let only = true;
    for (let i = from; i < end - 1; i++) if (isDelimiter(i)) only = false;
    if (only) {
      end--;
      while (end > from && isSpace(end - 1)) end--;
    }
  }
  return line.slice(from, end);
}

/** The value of an expansion: subject to field splitting unless it was quoted. */
export function emitValue(value: string, quoted: boolean, builder: FieldBuilder): void {
  if (quoted) builder.quoted(value);
  else builder.split(value);
}
