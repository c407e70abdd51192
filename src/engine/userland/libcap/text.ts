import type { CapabilitySets } from '../../kernel/syscalls.ts';
import { CAPABILITIES, type Capability, CapabilitySet } from '../../vfs/capabilities.ts';

/** Capabilities as libcap writes and reads them (cap_text_formats(7), cap_iab(3)). */

export const capName = (capability: Capability): string => `cap_${capability.toLowerCase()}`;

/** The capability of a name with `cap_`, in any case; undefined if there is none. */
export function capabilityNamed(name: string): Capability | undefined {
  const upper = name.toUpperCase().replace(/^CAP_/, '');
  return CAPABILITIES.find((capability) => capability === upper);
}

export const namesOf = (set: CapabilitySet): string =>
  CAPABILITIES.filter((capability) => set.has(capability))
    .map(capName)
    .join(',');

const EFFECTIVE = 1;
const PERMITTED = 2;
const INHERITABLE = 4;

const letters = (state: number): string =>
  `${state & EFFECTIVE ? 'e' : ''}${state & INHERITABLE ? 'i' : ''}${state & PERMITTED ? 'p' : ''}`;

type State = Pick<CapabilitySets, 'effective' | 'permitted' | 'inheritable'>;

/** `=ep cap_sys_resource-ep`: the state that most have, then those that differ from it. */
export function stateText({ effective, permitted, inheritable }: State): string {
  const states = CAPABILITIES.map(
    (capability) =>
      (effective.has(capability) ? EFFECTIVE : 0) |
      (permitted.has(capability) ? PERMITTED : 0) |
      (inheritable.has(capability) ? INHERITABLE : 0),
  );
  const count = (state: number) => states.filter((one) => one === state).length;
  let most = 7;
  for (let state = 6; state >= 0; state--) if (count(state) >= count(most)) most = state;
  const clauses: string[] = [];
  for (let state = 7; state >= 0; state--) {
    if (state === most || count(state) === 0) continue;
    const names = CAPABILITIES.filter((_capability, i) => states[i] === state).map(capName);
    const raised = letters(state & ~most);
    const lowered = letters(~state & most);
    const sign = most === 0 && clauses.length === 0 ? '=' : '+';
    clauses.push(`${names.join(',')}${raised && sign + raised}${lowered && `-${lowered}`}`);
  }
  if (most === 0 && clauses.length > 0) return clauses.join(' ');
  return [`=${letters(most)}`, ...clauses].join(' ');
}

/** Reads what `stateText` writes; undefined where it is not that. */
export function parseState(text: string): State | undefined {
  const states = new Map<Capability, number>();
  for (const clause of text.split(/\s+/).filter(Boolean)) {
    const match = /^([\w,]*)((?:[=+-][eip]*)+)$/.exec(clause);
    if (!match) return undefined;
    const [, list, operations] = match;
    const named = list === '' || list === 'all' ? [...CAPABILITIES] : list!.split(',').map(capabilityNamed);
    for (const [, operator, flags] of operations!.matchAll(/([=+-])([eip]*)/g)) {
      let bits = 0;
      if (flags!.includes('e')) bits |= EFFECTIVE;
      if (flags!.includes('p')) bits |= PERMITTED;
      if (flags!.includes('i')) bits |= INHERITABLE;
      for (const capability of named) {
        if (capability === undefined) return undefined;
        const old = states.get(capability) ?? 0;
        states.set(capability, operator === '=' ? bits : operator === '+' ? old | bits : old & ~bits);
      }
    }
  }
  const having = (bit: number) =>
    CapabilitySet.of(CAPABILITIES.filter((capability) => (states.get(capability) ?? 0) & bit));
  return { effective: having(EFFECTIVE), permitted: having(PERMITTED), inheritable: having(INHERITABLE) };
}

/** `!cap_chown,^cap_kill`: inheritable, ambient (`^`) and what is dropped from the bounding set (`!`). */
export function iabText({
  inheritable,
  ambient,
  bounding,
}: Pick<CapabilitySets, 'inheritable' | 'ambient' | 'bounding'>): string {
  return CAPABILITIES.flatMap((capability) => {
    const dropped = !bounding.has(capability);
    const inherits = inheritable.has(capability);
    if (!dropped && !inherits && !ambient.has(capability)) return [];
    const mark = ambient.has(capability) ? '^' : dropped && inherits ? '%' : '';
    return [`${dropped ? '!' : ''}${mark}${capName(capability)}`];
  }).join(',');
}
