/**
 * Go templates as `--format` takes them.
 *
 * @example
 * new Template('{{.Names}}: {{.Status}}').execute(row)
 */
import { execute } from './exec.ts';
import { FUNCTIONS, HEADER_FUNCTIONS } from './functions.ts';
import { type ParsedTemplate, parseTemplate } from './parse.ts';
import type { GoValue } from './value.ts';

export { TemplateError } from './exec.ts';
export { TemplateSyntaxError } from './parse.ts';

const NAMES: ReadonlySet<string> = new Set([...FUNCTIONS.keys(), 'and', 'or']);

export class Template {
  readonly #text: string;
  readonly #name: string;
  readonly #parsed: ParsedTemplate;

  /** Throws `TemplateSyntaxError`. @param name shows in error messages only */
  constructor(text: string, name = '') {
    this.#text = text;
    this.#name = name;
    this.#parsed = parseTemplate(text, NAMES, name);
  }

  /** Throws `TemplateError`. */
  execute(data: GoValue, options: { missingKeyIsError?: boolean } = {}): string {
    return execute(this.#parsed, this.#text, data, { functions: FUNCTIONS, name: this.#name, ...options });
  }

  /** The header row of a table whose columns have these titles. */
  header(titles: GoValue): string {
    return execute(this.#parsed, this.#text, titles, { functions: HEADER_FUNCTIONS, name: this.#name });
  }
}
