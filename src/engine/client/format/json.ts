/**
 * JSON as Go's encoding/json reads and writes it: the order of keys and the digits of numbers are kept,
 * strings are escaped as Go escapes them.
 */
import {
  GoFloat,
  GoMap,
  GoNil,
  GoSlice,
  GoStruct,
  type GoValue,
  JsonNumber,
  Missing,
} from '../go-template/value.ts';

/** Reads a JSON text, numbers as `JsonNumber`. Throws `Error` in encoding/json's words. */
export function parseJson(text: string): GoValue {
  let at = 0;
  const end = () => new Error('unexpected end of JSON input');
  const bad = (context: string) =>
    new Error(`invalid character '${text[at] === "'" ? "\\'" : text[at]}' ${context}`);
  const space = () => {
    while (/[ \t\r\n]/.test(text[at] ?? '')) at++;
    if (at >= text.length) throw end();
  };
  const value = (): GoValue => {
    space();
    const char = text[at]!;
    if (char === '{') return object();
    if (char === '[') return array();
    if (char === '"') return string();
    for (const [word, meaning] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const)
      if (text.startsWith(word, at)) {
        at += word.length;
        return meaning;
      }
    const number = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/.exec(text.slice(at, at + 64));
    if (number === null) throw bad('looking for beginning of value');
    at += number[0].length;
    return new JsonNumber(number[0]);
  };
  const string = (): string => {
    const start = at++;
    for (;;) {
      const char = text[at];
      if (char === undefined) throw end();
      if (char === '"') break;
      at += char === '\\' ? 2 : 1;
    }
    at++;
    return JSON.parse(text.slice(start, at)) as string;
  };
  const array = (): GoSlice => {
    const items: GoValue[] = [];
    at++;
    space();
    if (text[at] === ']') {
      at++;
      return new GoSlice(items);
    }
    for (;;) {
      items.push(value());
      space();
      if (text[at] === ']') {
        at++;
        return new GoSlice(items);
      }
      if (text[at] !== ',') throw bad('after array element');
      at++;
    }
  };
  const object = (): GoMap => {
    const entries = new Map<string, GoValue>();
    at++;
    space();
    if (text[at] === '}') {
      at++;
      return new GoMap(entries);
    }
    for (;;) {
      space();
      if (text[at] !== '"') throw bad('looking for beginning of object key string');
      const key = string();
      space();
      if (text[at] !== ':') throw bad('after object key');
      at++;
      entries.set(key, value());
      space();
      if (text[at] === '}') {
        at++;
        return new GoMap(entries);
      }
      if (text[at] !== ',') throw bad('after object key:value pair');
      at++;
    }
  };
  const result = value();
  while (/[ \t\r\n]/.test(text[at] ?? '')) at++;
  if (at < text.length) throw bad('after top-level value');
  return result;
}

/** A JSON string literal. `html` escapes `<`, `>` and `&`, as Go does unless told not to. */
export function jsonString(text: string, html = true): string {
  const escaped = JSON.stringify(text)
    .replaceAll('\\b', '\\b')
    .replace(/[\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16)}`);
  return html ? escaped.replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`) : escaped;
}

/** json.Marshal: maps by key, structs by field. */
export function marshal(value: GoValue, html = true): string {
  if (value === null || value instanceof GoNil || value instanceof Missing) return 'null';
  if (typeof value === 'string') return jsonString(value, html);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof GoFloat) return String(value.value);
  if (value instanceof JsonNumber) return value.text;
  if (value instanceof GoSlice)
    return value.nil ? 'null' : `[${value.items.map((item) => marshal(item, html)).join(',')}]`;
  if (value instanceof GoMap) return value.nil ? 'null' : marshalEntries(value.sorted(), html);
  if (value instanceof GoStruct && value.json !== undefined) return value.json();
  return marshalEntries([...value.fields], html);
}

const marshalEntries = (entries: readonly [string, GoValue][], html: boolean) =>
  `{${entries.map(([key, item]) => `${jsonString(key, html)}:${marshal(item, html)}`).join(',')}}`;

/** The compact text of a value read by `parseJson`, keys in the order in which they came. */
export function marshalInOrder(value: GoValue): string {
  if (value instanceof GoMap)
    return `{${[...value.entries].map(([key, item]) => `${jsonString(key, false)}:${marshalInOrder(item)}`).join(',')}}`;
  if (value instanceof GoSlice) return `[${value.items.map(marshalInOrder).join(',')}]`;
  return marshal(value, false);
}

/** json.Indent: the same text with line breaks and `indent` for each level; nothing else changes. */
export function indentJson(text: string, indent: string): string {
  let out = '';
  let depth = 0;
  let pending = false;
  const newline = () => `\n${indent.repeat(depth)}`;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === '"') {
      if (pending) out += newline();
      pending = false;
      let end = at + 1;
      while (text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
      out += text.slice(at, end + 1);
      at = end;
    } else if (/[ \t\r\n]/.test(char)) {
      // White space of the source is dropped.
    } else if (char === '{' || char === '[') {
      if (pending) out += newline();
      out += char;
      depth++;
      pending = true;
    } else if (char === '}' || char === ']') {
      depth--;
      if (!pending) out += newline();
      pending = false;
      out += char;
    } else if (char === ',') out += char + newline();
    else if (char === ':') out += ': ';
    else {
      if (pending) out += newline();
      pending = false;
      out += char;
    }
  }
  return out;
}
