/**
 * Go templates as `--format` takes them.
 *
 * @example
 * new Template('{{.Names}}: {{.Status}}').execute(row)
 */
import { execute } from './exec.ts';
import { FUNCTIONS, HEADER_FUNCTIONS } from './functions.ts';
import { type ParsedTemplate, parseTemplate } from './parse.ts';
import type { GoMethod, GoValue } from './value.ts';

export { TemplateError } from './exec.ts';
export { TemplateSyntaxError } from './parse.ts';

export class Template {
  readonly #text: string;
  readonly #name: string;
  readonly #parsed: ParsedTemplate;
  readonly #functions: ReadonlyMap<string, GoMethod>;

  /**
   * @param name shows in error messages only
   * @param functions what it may call beside `and` and `or`; by default what docker has
   * @throws {TemplateSyntaxError}
   */
  constructor(text: string, name = '', functions = FUNCTIONS) {
    this.#text = text;
    this.#name = name;
    this.#functions = functions;
    this.#parsed = parseTemplate(text, new Set([...functions.keys(), 'and', 'or']), name);
  }

  /** Throws `TemplateError`. */
  execute(data: GoValue, options: { missingKeyIsError?: boolean } = {}): string {
    const functions = this.#functions;
    return execute(this.#parsed, this.#text, data, { functions, name: this.#name, ...options });
  }

  /** The header row of a table whose columns have these titles. */
  header(titles: GoValue): string {
    return execute(this.#parsed, this.#text, titles, { functions: HEADER_FUNCTIONS, name: this.#name });
  }
}
