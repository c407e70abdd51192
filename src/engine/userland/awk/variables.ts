import { unescaped } from './lex.ts';
import { sprintf } from './sprintf.ts';
import { NOTHING, Outside, type Value } from './value.ts';

export type AwkArray = Map<string, Value>;

/** What the parameters of a function in hand hold. */
export type Frame = Map<string, Value | AwkArray>;

/** The special variables with a value from the start (POSIX awk, "Variables and Special Variables"). */
const SPECIAL: Record<string, Value> = {
  FS: ' ',
  OFS: ' ',
  ORS: '\n',
  RS: '\n',
  NR: 0,
  FNR: 0,
  NF: 0,
  SUBSEP: '\x1c',
  CONVFMT: '%.6g',
  OFMT: '%.6g',
  RSTART: 0,
  RLENGTH: -1,
  FILENAME: NOTHING,
};

/** The variables and arrays of a program: global ones, and the parameters of the function in hand. */
export class Variables {
  readonly globals = new Map<string, Value>(Object.entries(SPECIAL));
  readonly arrays = new Map<string, AwkArray>();
  frame: Frame | undefined;

  /** `-v NAME=VALUE` and operands of that form. */
  assign(text: string): void {
    const equals = text.indexOf('=');
    this.globals.set(text.slice(0, equals), new Outside(unescaped(text.slice(equals + 1))));
  }

  isLocal(name: string): boolean {
    return this.frame?.has(name) ?? false;
  }

  get(name: string): Value {
    if (!this.frame?.has(name)) return this.globals.get(name) ?? NOTHING;
    const local = this.frame.get(name);
    return local instanceof Map ? NOTHING : (local ?? NOTHING);
  }

  set(name: string, value: Value): void {
    if (this.frame?.has(name)) this.frame.set(name, value);
    else this.globals.set(name, value);
  }

  /** The text of a special variable. */
  special(name: 'FS' | 'OFS' | 'ORS' | 'RS' | 'SUBSEP'): string {
    return this.text(this.globals.get(name)!);
  }

  array(name: string): AwkArray {
    if (this.frame?.has(name)) {
      let local = this.frame.get(name);
      if (!(local instanceof Map)) {
        local = new Map();
        this.frame.set(name, local);
      }
      return local;
    }
    let array = this.arrays.get(name);
    if (!array) {
      array = new Map();
      this.arrays.set(name, array);
    }
    return array;
  }

  isArray(name: string): boolean {
    return this.frame?.has(name) ? this.frame.get(name) instanceof Map : this.arrays.has(name);
  }

  /** Whether a bare name may stand for an array: it is one, or was not used yet. */
  mayBeArray(name: string): boolean {
    if (this.frame?.has(name)) return this.frame.get(name) instanceof Map;
    return this.arrays.has(name) || !this.globals.has(name);
  }

  /** A number that is not whole is written as CONVFMT has it, by print as OFMT. */
  text(value: Value, format: 'CONVFMT' | 'OFMT' = 'CONVFMT'): string {
    if (typeof value === 'string') return value;
    if (typeof value !== 'number') return value.text;
    if (Number.isInteger(value) && Math.abs(value) < 1e16) return String(value === 0 ? 0 : value);
    if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
    return sprintf(this.text(this.globals.get(format) ?? '%.6g'), [value], (one) => this.text(one));
  }
}
