/** Backslash escapes of `echo -e` and printf's %b (POSIX XCU echo, printf). Bytes come out as `text.ts` keeps them. */

/** How octal numbers are written: always after a zero (`\0101`), never (`\101`), or either way. */
const OCTAL = { zero: /^0([0-7]{0,3})/, plain: /^([0-7]{1,3})/, either: /^0?([0-7]{1,3})/ };

/** `stop`: a `\c` was met, nothing more is to be printed. */
export function interpretEscapes(
  text: string,
  options: { octal?: keyof typeof OCTAL; hex?: boolean; unicode?: boolean; quotes?: boolean } = {},
): { text: string; stop: boolean } {
  if (!text.includes('\\')) return { text, stop: false };
  const simple: Record<string, string> = {
    a: '\x07',
    b: '\b',
    f: '\f',
    n: '\n',
    r: '\r',
    t: '\t',
    v: '\v',
    '\\': '\\',
  };
  if (options.hex) simple['e'] = simple['E'] = '\x1b';
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (char !== '\\' || i + 1 >= text.length) {
      out += char;
      continue;
    }
    const next = text[++i]!;
    if (next === 'c') return { text: out, stop: true };
    if (next in simple) out += simple[next];
    else if (options.quotes && (next === '"' || next === "'" || next === '?')) out += next;
    else {
      const rest = text.slice(i);
      const octal = OCTAL[options.octal ?? 'either'].exec(rest);
      const hex = options.hex ? /^x([0-9a-fA-F]{1,2})/.exec(rest) : null;
      const unicode =
        (options.unicode ?? options.hex) ? /^(?:u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8}))/.exec(rest) : null;
      if (octal) out += byteText(Number.parseInt(octal[1] || '0', 8) & 0xff);
      else if (hex) out += byteText(Number.parseInt(hex[1]!, 16));
      else if (unicode)
        out += String.fromCodePoint(Math.min(Number.parseInt(unicode[1] ?? unicode[2]!, 16), 0x10ffff));
      else {
        out += `\\${next}`;
        continue;
      }
      i += (octal ?? hex ?? unicode)![0].length - 1;
    }
  }
  return { text: out, stop: false };
}

/** A byte as `bytesToText` gives it when alone. */
export const byteText = (byte: number): string => String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
