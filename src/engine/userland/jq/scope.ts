import type { Filter } from './stream.ts';
import type { Value } from './value.ts';

/** What a name means at a place of a program: the innermost binding comes first. */
export type Scope = Binding | undefined;

type Binding =
  | { kind: 'variable'; name: string; value: Value; outer: Scope }
  | ({ kind: 'function'; outer: Scope } & NamedFilter)
  /** An argument: a filter, to be run where the call stands. */
  | { kind: 'argument'; name: string; filter: Filter; scope: Scope; outer: Scope }
  | { kind: 'label'; name: string; id: object; outer: Scope };

/** A defined function, which sees itself. */
export interface NamedFilter {
  /** `NAME/ARITY` */
  name: string;
  /** Those that begin with `$` are bound as variables too. */
  params: readonly string[];
  body: Filter;
}

export const bindVariable = (outer: Scope, name: string, value: Value): Scope => ({
  kind: 'variable',
  name,
  value,
  outer,
});

export const bindFunction = (outer: Scope, defined: NamedFilter): Binding & { kind: 'function' } => ({
  kind: 'function',
  ...defined,
  outer,
});

export const bindArgument = (outer: Scope, name: string, filter: Filter, scope: Scope): Scope => ({
  kind: 'argument',
  name: `${name}/0`,
  filter,
  scope,
  outer,
});

export const bindLabel = (outer: Scope, name: string, id: object): Scope => ({
  kind: 'label',
  name,
  id,
  outer,
});

export function variable(scope: Scope, name: string): Value | undefined {
  for (let at = scope; at; at = at.outer) if (at.kind === 'variable' && at.name === name) return at.value;
  return undefined;
}

export function label(scope: Scope, name: string): object | undefined {
  for (let at = scope; at; at = at.outer) if (at.kind === 'label' && at.name === name) return at.id;
  return undefined;
}

/** The function or argument that a call means. */
export function callee(
  scope: Scope,
  name: string,
): (Binding & { kind: 'function' | 'argument' }) | undefined {
  for (let at = scope; at; at = at.outer)
    if ((at.kind === 'function' || at.kind === 'argument') && at.name === name) return at;
  return undefined;
}
