import { type Regexes, withoutGroups } from './regexes.ts';
import { AwkError, NOTHING, Outside, type Value } from './value.ts';
import type { Variables } from './variables.ts';

/** The record in hand and its fields (POSIX awk, "Variables, Records and Fields"). Fields are split when first asked for. */
export class CurrentRecord {
  readonly #variables: Variables;
  readonly #regexes: Regexes;
  text = '';
  #fields: Value[] = [];
  #isSplit = true;

  constructor(variables: Variables, regexes: Regexes) {
    this.#variables = variables;
    this.#regexes = regexes;
  }

  set(text: string): void {
    this.text = text;
    this.#isSplit = false;
  }

  split(): void {
    if (this.#isSplit) return;
    this.#isSplit = true;
    this.#fields = this.pieces(this.text, this.#variables.globals.get('FS')!).map(
      (piece) => new Outside(piece),
    );
    this.#variables.globals.set('NF', this.#fields.length);
  }

  /** The text in pieces: by a separator as FS has it, or by an expression. */
  pieces(text: string, separator: Value, regex?: RegExp): string[] {
    if (text === '') return [];
    const by = this.#variables.text(separator);
    if (!regex && by === ' ')
      return text.split(/[ \t\n]+/).filter((piece, i, all) => piece !== '' || (i > 0 && i < all.length - 1));
    if (!regex && by === '') return [...text];
    const paragraphs = this.#variables.special('RS') === '';
    if (!regex && by.length === 1 && by !== '\\' && !paragraphs) return text.split(by);
    const pattern = regex ?? this.#regexes.of(by);
    return text.split(
      new RegExp(paragraphs ? `${withoutGroups(pattern.source)}|\\n` : withoutGroups(pattern.source), 'su'),
    );
  }

  field(index: number): Value {
    if (index === 0) return new Outside(this.text);
    this.split();
    return this.#fields[index - 1] ?? NOTHING;
  }

  setField(index: number, value: Value): void {
    if (index < 0) throw new AwkError(`trying to access out of range field ${index}`);
    if (index === 0) {
      this.set(this.#variables.text(value));
      return;
    }
    this.split();
    while (this.#fields.length < index) this.#fields.push(NOTHING);
    this.#fields[index - 1] = value;
    this.#variables.globals.set('NF', this.#fields.length);
    this.#rebuild();
  }

  /** NF was set: fields are added or dropped. */
  resize(count: number): void {
    while (this.#fields.length < count) this.#fields.push(NOTHING);
    this.#fields.length = count;
    this.#rebuild();
  }

  #rebuild(): void {
    const separator = this.#variables.special('OFS');
    this.text = this.#fields.map((field) => this.#variables.text(field)).join(separator);
  }
}
