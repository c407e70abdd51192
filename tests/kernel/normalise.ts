import type { Outcome } from './simulated-sandbox.ts';

/** Numbers that a kernel gives out as it goes: each becomes the first, the second, … of its kind to appear. */
const GIVEN_OUT: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['namespace', /(?<!\d)40265\d{5}(?!\d)/g],
  ['group', /(?<=\b(?:shared|master|propagate_from):)\d+/g],
];

/** The same outcome with such numbers by order of appearance, so that two kernels can be compared. */
export function normalised({ exit, stdout, stderr }: Outcome): Outcome {
  const seen = new Map<string, Map<string, string>>();
  const rename = (text: string) =>
    GIVEN_OUT.reduce((rest, [name, pattern]) => {
      const names = seen.get(name) ?? new Map<string, string>();
      seen.set(name, names);
      return rest.replace(pattern, (number) => {
        if (!names.has(number)) names.set(number, `<${name} ${names.size + 1}>`);
        return names.get(number)!;
      });
    }, text);
  return { exit, stdout: rename(stdout), stderr: rename(stderr) };
}
