/** Versions and what is asked of them (PEP 440), as far as release numbers go. */
const numbers = (version: string): number[] =>
  version
    .replace(/[^\d.].*$/, '')
    .split('.')
    .map(Number);

/** Negative, 0 or positive, as `a` comes before, with or after `b`. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [numbers(a), numbers(b)];
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const difference = (x[i] ?? 0) - (y[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const startsWith = (version: string, prefix: string): boolean =>
  `${version}.`.startsWith(`${prefix}.`) || compareVersions(version, prefix) === 0;

/** Whether a version is one of those that all conditions allow: `>=2,<3,!=2.5.*`. */
export function satisfies(version: string, conditions: string): boolean {
  return conditions
    .split(',')
    .map((condition) => condition.trim())
    .filter((condition) => condition !== '')
    .every((condition) => {
      const [, operator = '', wanted = ''] = /^(===|==|~=|!=|<=|>=|<|>)\s*(\S+)$/.exec(condition) ?? [];
      const prefix = wanted.endsWith('.*') ? wanted.slice(0, -2) : undefined;
      const order = compareVersions(version, wanted);
      switch (operator) {
        case '==':
        case '===':
          return prefix === undefined ? order === 0 : startsWith(version, prefix);
        case '!=':
          return prefix === undefined ? order !== 0 : !startsWith(version, prefix);
        case '~=':
          return order >= 0 && startsWith(version, wanted.split('.').slice(0, -1).join('.'));
        case '<=':
          return order <= 0;
        case '>=':
          return order >= 0;
        case '<':
          return order < 0;
        default:
          return operator === '>' && order > 0;
      }
    });
}

/** A project that is asked for, with its conditions. */
export interface Requirement {
  name: string;
  conditions: string;
  /** As it was written. */
  text: string;
}

export class InvalidRequirement extends Error {}

/** PEP 503: one spelling for all. */
export const canonical = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, '-');

/** Reads a requirement (PEP 508); extras are passed over. undefined where its marker speaks of another system. */
export function parseRequirement(text: string): Requirement | undefined {
  const [body = '', marker] = text.split(';').map((part) => part.trim());
  if (marker !== undefined && /win32|Windows|extra\s*==/.test(marker)) return undefined;
  const match = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*\(?([^()]*)\)?$/.exec(
    body,
  );
  const conditions = (match?.[2] ?? '').replaceAll(' ', '');
  const wellFormed = conditions
    .split(',')
    .every((condition) => condition === '' || /^(===|==|~=|!=|<=|>=|<|>)[\w.*+!-]+$/.test(condition));
  if (!match || !wellFormed) throw new InvalidRequirement(text);
  return { name: match[1]!, conditions, text: match[1]! + conditions };
}
