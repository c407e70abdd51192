/**
 * What a line of a lesson sends to a terminal: the line and Enter; or, where it is nothing but keys in caret notation
 * (`^P^Q`, `^C`), those keys and no Enter.
 */
export const keystrokes = (line: string): string =>
  isKeys(line) ? line.replace(/\^(.)/g, (_, key: string) => control(key)) : `${line}\r`;

/** Whether a line is keys held with Ctrl, and no text. */
export const isKeys = (line: string): boolean => /^(?:\^[A-Z])+$/.test(line);

const control = (key: string): string => String.fromCharCode(key.charCodeAt(0) - 64);
