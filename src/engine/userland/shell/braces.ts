import type { Prepared, Segment } from './syntax/tree.ts';

/** Brace expansion (bash): `a{b,c}d` → `abd acd`, `{1..5}`, `{a..e..2}`. Comes before all other expansions. */

type Atom = { char: string } | { segment: Segment };

const isChar = (atom: Atom | undefined, char: string): boolean =>
  atom !== undefined && 'char' in atom && atom.char === char;

const memory = new WeakMap<Prepared, readonly Prepared[]>();

export function expandBraces(word: Prepared): readonly Prepared[] {
  let words = memory.get(word);
  const range = words === undefined ? wholeRange(word) : undefined;
  if (range !== undefined) {
    words = range.map((text) => ({
      segments: [{ kind: 'text', text, quoted: false }],
      plain: text,
      braces: false,
    }));
    memory.set(word, words);
  } else if (words === undefined) {
    const atoms = word.segments.flatMap((segment): Atom[] =>
      segment.kind === 'text' && !segment.quoted
        ? [...segment.text].map((char) => ({ char }))
        : [{ segment }],
    );
    words = expand(atoms).map(toWord);
    memory.set(word, words);
  }
  return words;
}

/** What one word of many takes, in bytes: its text and what leads to it. */
const WORD_SIZE = 160;

/** About how many bytes the words will take that the ranges of a word (`{1..100000000}`) stand for. */
export function sizeOfRanges(word: Prepared): number {
  let words = 1;
  for (const segment of word.segments)
    if (segment.kind === 'text' && !segment.quoted)
      for (const [text] of segment.text.matchAll(/-?\d+\.\.-?\d+(?:\.\.-?\d+)?/g)) {
        const [from = 0, to = 0, step = 1] = text.split('..').map(Number);
        words *= Math.floor(Math.abs(to - from) / (Math.abs(step) || 1)) + 1;
      }
  return words * WORD_SIZE;
}

/** The texts of a word that is a range and nothing else. */
function wholeRange({ segments: [only, ...rest] }: Prepared): string[] | undefined {
  if (only?.kind !== 'text' || only.quoted || rest.length > 0) return undefined;
  const inside = /^\{([^{},]*)\}$/.exec(only.text)?.[1];
  return inside === undefined ? undefined : sequence([...inside].map((char) => ({ char })));
}

function expand(atoms: readonly Atom[]): Atom[][] {
  for (let open = 0; open < atoms.length; open++) {
    if (!isChar(atoms[open], '{')) continue;
    const found = alternatives(atoms, open);
    if (found === undefined) continue;
    const before = atoms.slice(0, open);
    const tails = expand(atoms.slice(found.end));
    return found.choices.flatMap((choice) => tails.map((tail) => [...before, ...choice, ...tail]));
  }
  return [[...atoms]];
}

function alternatives(atoms: readonly Atom[], open: number): { choices: Atom[][]; end: number } | undefined {
  const pieces: Atom[][] = [[]];
  let depth = 1;
  for (let i = open + 1; i < atoms.length; i++) {
    const atom = atoms[i]!;
    if (isChar(atom, '{')) depth++;
    else if (isChar(atom, '}') && --depth === 0) {
      if (pieces.length > 1) return { choices: pieces.flatMap((piece) => expand(piece)), end: i + 1 };
      const range = sequence(pieces[0]!);
      return range && { choices: range.map((text) => [...text].map((char) => ({ char }))), end: i + 1 };
    } else if (isChar(atom, ',') && depth === 1) {
      pieces.push([]);
      continue;
    }
    pieces.at(-1)!.push(atom);
  }
  return undefined;
}

/** `1..5`, `01..10..2`, `a..e`. */
function sequence(atoms: readonly Atom[]): string[] | undefined {
  if (atoms.some((atom) => !('char' in atom))) return undefined;
  const text = atoms.map((atom) => (atom as { char: string }).char).join('');
  const numbers = /^(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?$/.exec(text);
  const letters = /^([A-Za-z])\.\.([A-Za-z])(?:\.\.(-?\d+))?$/.exec(text);
  const match = numbers ?? letters;
  if (match === null) return undefined;
  const from = numbers ? Number(match[1]) : match[1]!.charCodeAt(0);
  const to = numbers ? Number(match[2]) : match[2]!.charCodeAt(0);
  const step = Math.abs(Number(match[3] ?? 1)) || 1;
  const padded = numbers && (/^-?0\d/.test(match[1]!) || /^-?0\d/.test(match[2]!));
  const width = padded ? Math.max(match[1]!.length, match[2]!.length) : 0;
  const out: string[] = [];
  const show = (value: number) => {
    if (!numbers) return String.fromCharCode(value);
    const digits = String(Math.abs(value)).padStart(width - (value < 0 ? 1 : 0), '0');
    return value < 0 ? `-${digits}` : digits;
  };
  if (from <= to) for (let value = from; value <= to; value += step) out.push(show(value));
  else for (let value = from; value >= to; value -= step) out.push(show(value));
  return out;
}

/** `$name`, which letters right behind it would lengthen. */
const isOpenName = ({ parameter }: Segment & { kind: 'parameter' }): boolean =>
  /^\$[A-Za-z_]/.test(parameter.text);

function toWord(atoms: readonly Atom[]): Prepared {
  const segments: Segment[] = [];
  for (const atom of atoms) {
    const last = segments.at(-1);
    if ('segment' in atom) segments.push(atom.segment);
    else if (last?.kind === 'parameter' && isOpenName(last) && /\w/.test(atom.char)) {
      // Braces come first: `$x{a,b}` is `$xa $xb`.
      const name = last.parameter.name + atom.char;
      segments[segments.length - 1] = { ...last, parameter: { ...last.parameter, name, text: `$${name}` } };
    } else if (last?.kind === 'text' && !last.quoted)
      segments[segments.length - 1] = { ...last, text: last.text + atom.char };
    else segments.push({ kind: 'text', text: atom.char, quoted: false });
  }
  return { segments, plain: undefined, braces: false };
}
