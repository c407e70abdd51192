import { en, type WorkspaceWords } from './en.ts';
import { zhCn } from './zh-cn.ts';

export type { WorkspaceWords } from './en.ts';
export type Locale = 'en' | 'zh-cn';

export function workspaceWords(locale: Locale): WorkspaceWords {
  return locale === 'zh-cn' ? zhCn : en;
}

/** Puts values into a sentence: `fill('Hint {n}', { n: 1 })` is "Hint 1". */
export function fill(sentence: string, values: Record<string, string | number>): string {
  return sentence.replace(/\{(\w+)\}/g, (hole, name: string) =>
    name in values ? String(values[name]) : hole,
  );
}
