import type { Step } from './normalise.ts';

/** What differs between two normalised steps, for a person to read; undefined if nothing does. */
export function difference(expected: Step, actual: Step): string | undefined {
  const parts: string[] = [];
  if (expected.exit !== actual.exit) parts.push(`  exit: ${expected.exit} expected, ${actual.exit} found`);
  for (const stream of ['stdout', 'stderr'] as const)
    if (expected[stream] !== actual[stream])
      parts.push(`  ${stream}:`, ...lineDiff(expected[stream], actual[stream]));
  return parts.length === 0 ? undefined : [`$ ${expected.cmd}`, ...parts].join('\n');
}

/** Lines of the longest common subsequence stay, `-` was expected, `+` was found. */
function lineDiff(expected: string, actual: string): string[] {
  const a = expected.split('\n');
  const b = actual.split('\n');
  const length = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      length[i]![j] =
        a[i] === b[j] ? length[i + 1]![j + 1]! + 1 : Math.max(length[i + 1]![j]!, length[i]![j + 1]!);
  const out: string[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      out.push(`      ${a[i]}`);
      i++;
      j++;
    } else if (i < a.length && (j >= b.length || length[i + 1]![j]! >= length[i]![j + 1]!))
      out.push(`    - ${a[i++]}`);
    else out.push(`    + ${b[j++]}`);
  }
  return out;
}
