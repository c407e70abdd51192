import type { Instruction } from '../ast.ts';
import type { Stage } from '../instructions/command.ts';
import type { PlanHost } from './context.ts';
import { SAYS } from './lint.ts';

type Warn = PlanHost['warn'];

const RESERVED = ['context', 'scratch'];

/** Warns of how an instruction is written: MAINTAINER, FROM with AS, and the comment above what is given a name. */
export function checkInstruction(
  { command, args, comments, startLine, endLine }: Instruction,
  warn: Warn,
): void {
  const location = { startLine, endLine };
  const names = namesOf(command, args);
  const told = comments.at(-1)?.split(' ')[0];
  if (names[0] !== undefined && told !== undefined && !names.includes(told)) {
    const meant = names.length > 1 ? '<arg_key>' : names[0];
    warn(
      'invalidDefinitionDescription',
      SAYS.invalidDefinitionDescription(command.toUpperCase(), meant),
      location,
    );
  }
  if (command.toLowerCase() === 'maintainer')
    warn('maintainerDeprecated', SAYS.maintainerDeprecated(), location);
  if (command.toLowerCase() !== 'from' || args.length < 3) return;
  const [, as = '', name = ''] = args;
  if (args.length === 3 && name !== name.toLowerCase())
    warn('stageNameCasing', SAYS.stageNameCasing(name), location);
  if (casing(command) !== undefined && casing(as) !== casing(command))
    warn('fromAsCasing', SAYS.fromAsCasing(command, as), location);
}

/** What ARG and FROM give names to. */
function namesOf(command: string, args: readonly string[]): string[] {
  if (command.toLowerCase() === 'arg') return args.map((word) => word.split('=')[0]!);
  const isNamed = command.toLowerCase() === 'from' && args.length === 3 && args[1]!.toLowerCase() === 'as';
  return isNamed ? [args[2]!.toLowerCase()] : [];
}

/** Warns of names that two stages have, or that are no stage's. */
export function checkStageNames(stages: readonly Stage[], warn: Warn): void {
  const seen = new Set<string>();
  for (const { stageName, location } of stages) {
    if (stageName === '') continue;
    if (RESERVED.includes(stageName)) warn('reservedStageName', SAYS.reservedStageName(stageName), location);
    if (seen.has(stageName)) warn('duplicateStageName', SAYS.duplicateStageName(stageName), location);
    seen.add(stageName);
  }
}

/** Undefined for a word of both. */
function casing(word: string): 'lowercase' | 'uppercase' | undefined {
  if (word === word.toLowerCase()) return 'lowercase';
  return word === word.toUpperCase() ? 'uppercase' : undefined;
}

/** Warns of instructions that are written otherwise than most. */
export function checkCasing(stages: readonly Stage[], warn: Warn): void {
  const all = stages.flatMap((stage) => [stage, ...stage.commands]);
  const counts = { lowercase: 0, uppercase: 0 };
  for (const { name } of all) {
    const kind = casing(name);
    if (kind !== undefined) counts[kind]++;
  }
  const usual = counts.lowercase > counts.uppercase ? 'lowercase' : 'uppercase';
  for (const { name, location } of all)
    if (casing(name) !== usual)
      warn('consistentInstructionCasing', SAYS.consistentInstructionCasing(name, usual), location);
}
