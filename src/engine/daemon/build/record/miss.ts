import { S_IFMT } from '../../../vfs/inode.ts';
import type { KeyPart, Origin } from './key-parts.ts';
import type { StepRecord } from './model.ts';

/** Why the result of a step was not known. */
export type MissReason =
  /** --no-cache, or --no-cache-filter for its stage. */
  | { is: 'no-cache' }
  /** No earlier build had it, as far as they are remembered. */
  | { is: 'first' }
  /** An earlier build made just this, and it is in the cache no more. */
  | { is: 'pruned' }
  /** An earlier build tried just this and failed, or was broken off. */
  | { is: 'failed' }
  | { is: 'instruction'; before: string; now: string }
  /** A variable of ARG or ENV; absent where it was or is not set. */
  | { is: 'variable'; name: string; isArg: boolean; before?: string; now?: string }
  /** Something else that the instruction stands in: the working directory, the user. */
  | { is: 'setting'; name: string; before?: string; now?: string }
  /** Files that it takes. `unnamed`: which, is not kept. */
  | { is: 'files'; from: Origin; changes: FileChange[]; more: number; unnamed: boolean }
  /** The image that it stands on. */
  | { is: 'base'; before: string; now: string }
  /** The step that it stands on, or takes from, has made something else; `before` names it where it was another one then. */
  | { is: 'parent'; step?: number; now: string; before?: string };

export interface FileChange {
  path: string;
  is: 'added' | 'removed' | 'content' | 'mode' | 'owner' | 'kind';
}

/** At most so many files are named for one reason, and so many characters of a value. */
export const MISS_LIMITS = { files: 50, value: 200 };

type Keyed = Pick<StepRecord, 'code' | 'keyword' | 'place' | 'stage' | 'state' | 'args' | 'key' | 'parts'>;

/** An earlier step, and whether it was of the same project; the names of stages are compared, their places move. */
export interface Earlier<T extends Keyed = Keyed> {
  step: T;
  stage: string;
  isSameProject: boolean;
}

/**
 * Why a step has to be done: by which parts of its key it differs from the nearest that an earlier build had.
 * @param earlier the newest first
 */
export function whyMissed(
  step: Keyed,
  stage: string,
  ignoreCache: boolean,
  earlier: readonly Earlier[],
): MissReason[] {
  if (ignoreCache) return [{ is: 'no-cache' }];
  const same = earlier.filter((one) => one.step.key === step.key);
  if (same.some(({ step: { state } }) => state === 'run' || state === 'cached')) return [{ is: 'pruned' }];
  if (same.length > 0) return [{ is: 'failed' }];
  const nearest = nearestOf(step, stage, earlier);
  return nearest === undefined ? [{ is: 'first' }] : differences(step, nearest);
}

/** The same line, or what stood at its place; of those the one whose key differs least. */
function nearestOf(step: Keyed, stage: string, earlier: readonly Earlier[]): Keyed | undefined {
  let best: { step: Keyed; cost: number } | undefined;
  for (const one of earlier) {
    const { key, code, keyword, place, parts } = one.step;
    if (!one.isSameProject || key === undefined || keyword !== step.keyword) continue;
    const isSameLine = code === step.code;
    const isSamePlace = one.stage === stage && place === step.place;
    if (!isSameLine && !isSamePlace) continue;
    const differing = changed(parts, step.parts).length;
    const cost =
      (isSameLine ? 0 : 1000) + (one.stage === stage ? 0 : 100) + (isSamePlace ? 0 : 1) + 2 * differing;
    if (best === undefined || cost < best.cost) best = { step: one.step, cost };
  }
  return best?.step;
}

interface Change {
  before: KeyPart | undefined;
  now: KeyPart | undefined;
}

function changed(before: readonly KeyPart[], now: readonly KeyPart[]): Change[] {
  const id = ({ is, name }: KeyPart) => `${is} ${name}`;
  const earlier = new Map(before.map((part) => [id(part), part]));
  const changes: Change[] = [];
  for (const part of now) {
    const was = earlier.get(id(part));
    if (was?.value !== part.value) changes.push({ before: was, now: part });
    earlier.delete(id(part));
  }
  for (const part of earlier.values()) changes.push({ before: part, now: undefined });
  return changes;
}

function differences(step: Keyed, earlier: Keyed): MissReason[] {
  const changes = changed(earlier.parts, step.parts);
  const of = (...kinds: KeyPart['is'][]) =>
    changes.filter(({ before, now }) => kinds.includes((now ?? before)!.is));
  const reasons: MissReason[] = [];
  const own = of('instruction', 'setting', 'content');
  if (own.length > 0 && step.code !== earlier.code)
    reasons.push({ is: 'instruction', before: cut(earlier.code), now: cut(step.code) });
  else reasons.push(...ownDifferences(own));
  const args = new Set([...step.args, ...earlier.args]);
  for (const { before, now } of of('variable')) {
    const { name } = (now ?? before)!;
    reasons.push({ is: 'variable', name, isArg: args.has(name), ...values(before, now) });
  }
  for (const change of of('parent')) reasons.push(parentDifference(change));
  return reasons;
}

/** The line is the same: what it stands for is not. */
function ownDifferences(changes: readonly Change[]): MissReason[] {
  const reasons: MissReason[] = [];
  const told = new Set<string>();
  for (const { before, now } of changes) {
    const part = (now ?? before)!;
    if (part.is === 'content') reasons.push(fileDifference(before, now));
    else if (part.is === 'instruction')
      reasons.push({ is: 'instruction', before: cut(before?.value ?? ''), now: cut(now?.value ?? '') });
    else {
      const name = part.name.replace(/#\d+$/, '');
      // Of several sources each has it.
      if (told.has(name)) continue;
      told.add(name);
      reasons.push({ is: 'setting', name, ...values(before, now) });
    }
  }
  return reasons;
}

function parentDifference({ before, now }: Change): MissReason {
  const title = now?.title ?? '';
  const was = before?.title ?? '';
  if (now?.isImage && before?.isImage) return { is: 'base', before: was, now: title };
  return {
    is: 'parent',
    now: title,
    ...(now?.step !== undefined && { step: now.step }),
    ...(was !== title && { before: was }),
  };
}

function fileDifference(before: KeyPart | undefined, now: KeyPart | undefined): MissReason {
  const from = (now ?? before)!.from!;
  if (before?.files === undefined || now?.files === undefined)
    return { is: 'files', from, changes: [], more: 0, unnamed: true };
  const changes = fileChanges(before.files, now.files);
  return {
    is: 'files',
    from,
    changes: changes.slice(0, MISS_LIMITS.files),
    more: Math.max(0, changes.length - MISS_LIMITS.files),
    unnamed: false,
  };
}

function fileChanges(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): FileChange[] {
  const changes: FileChange[] = [];
  for (const [path, marks] of now) {
    const was = before.get(path);
    if (was === undefined) changes.push({ path, is: 'added' });
    else if (was !== marks) changes.push({ path, is: changeOf(was, marks) });
  }
  for (const path of before.keys()) if (!now.has(path)) changes.push({ path, is: 'removed' });
  return changes;
}

function changeOf(before: string, now: string): FileChange['is'] {
  const [mode = '', owner, content] = now.split('\0');
  const [wasMode = '', wasOwner, wasContent] = before.split('\0');
  const kind = (text: string) => Number.parseInt(text, 8) & S_IFMT;
  if (kind(mode) !== kind(wasMode)) return 'kind';
  if (content !== wasContent) return 'content';
  return owner === wasOwner ? 'mode' : 'owner';
}

const values = (before: KeyPart | undefined, now: KeyPart | undefined) => ({
  ...(before && { before: cut(before.value) }),
  ...(now && { now: cut(now.value) }),
});

const cut = (text: string) =>
  text.length > MISS_LIMITS.value ? `${text.slice(0, MISS_LIMITS.value - 1)}…` : text;
