import { concat } from '../../base/bytes.ts';
import { isErrno } from '../../base/errno.ts';
import { compilePattern, glob } from '../lib/glob.ts';
import { shellStatus } from '../lib/spawn.ts';
import { bytesToText } from '../lib/text.ts';
import { readAccounts } from '../lib/users.ts';
import { ArithmeticError } from './arithmetic.ts';
import { expandBraces } from './braces.ts';
import { type Field, FieldBuilder, isPattern } from './fields.ts';
import { forkShell, waitForChild } from './fork.ts';
import {
  arithmetic,
  assign,
  joiner,
  listKeys,
  listValue,
  namesWithPrefix,
  parameterValue,
  UnsetParameter,
} from './parameters.ts';
import { quoteForReuse } from './quote.ts';
import type { Shell } from './shell.ts';
import { isName, ReadonlyVariable } from './variables.ts';
import { type Operation, type Parameter, type Prepared, prepareTemplate, type Segment } from './word.ts';

/** Word expansion (POSIX XCU 2.6 and bash's additions). */

/** All expansions: words become fields, with splitting, file names and quote removal. */
export async function expandToFields(shell: Shell, words: readonly Prepared[]): Promise<string[]> {
  const out: string[] = [];
  for (const word of words) {
    if (word.plain !== undefined) {
      out.push(word.plain);
      continue;
    }
    const variants = word.braces && shell.dialect.bashSyntax ? expandBraces(word) : [word];
    for (const variant of variants) {
      const builder = new FieldBuilder(shell.ifs);
      await emit(shell, variant.segments, builder);
      for (const field of builder.finish()) await pathnames(shell, field, out);
    }
  }
  return out;
}

/** Expansion to one text, without splitting or file names: assignments, here-documents, `case` words. */
export async function expandToText(shell: Shell, word: Prepared): Promise<string> {
  if (word.plain !== undefined) return word.plain;
  const [only] = word.segments;
  if (word.segments.length === 1 && only!.kind === 'command')
    return substitute(shell, only as Segment & { kind: 'command' });
  const fields = await unsplit(shell, word);
  return fields.map((field) => field.text).join(' ');
}

/** Expansion to a pattern, in which what was quoted is escaped. */
export async function expandToPattern(shell: Shell, word: Prepared): Promise<string> {
  const fields = await unsplit(shell, word, true);
  return fields.map((field) => field.pattern).join(' ');
}

async function unsplit(shell: Shell, word: Prepared, pattern = false): Promise<Field[]> {
  const builder = pattern ? new PatternBuilder('') : new FieldBuilder('');
  await emit(shell, word.segments, builder, true);
  return builder.finish();
}

/** Patterns keep the backslashes of unquoted expansions: they escape there. */
class PatternBuilder extends FieldBuilder {
  override literalValue(text: string): void {
    this.literal(text);
  }
}

async function pathnames(shell: Shell, field: Field, out: string[]): Promise<void> {
  const extended = shell.dialect.bashSyntax && shell.shopt.has('extglob');
  if (shell.option('noglob') || !isPattern(field, extended)) {
    out.push(field.text);
    return;
  }
  const found = await glob(shell.sys, field.pattern, {
    extended,
    dots: shell.shopt.has('dotglob'),
    ignoreCase: shell.shopt.has('nocaseglob'),
  });
  if (found.length > 0) out.push(...found);
  else if (shell.shopt.has('failglob')) await shell.abandon(`no match: ${field.text}`, { fatal: false });
  else if (!shell.shopt.has('nullglob')) out.push(field.text);
}

async function emit(
  shell: Shell,
  segments: readonly Segment[],
  builder: FieldBuilder,
  whole = false,
): Promise<void> {
  for (const segment of segments) {
    switch (segment.kind) {
      case 'text':
        if (segment.quoted) builder.quoted(segment.text);
        else if (segment.split && !whole) builder.split(segment.text);
        else builder.literal(segment.text);
        break;
      case 'ansi':
        builder.quoted(shell.dialect.name === 'dash' ? segment.unknown : segment.text);
        break;
      case 'tilde':
        builder.quoted(await home(shell, segment.user));
        break;
      case 'parameter':
        await emitParameter(shell, segment.parameter, segment.quoted, builder, whole);
        break;
      case 'command':
        emitValue(await substitute(shell, segment), segment.quoted, builder);
        break;
      case 'arithmetic': {
        const value = await evaluateArithmeticText(
          shell,
          await expandToText(shell, segment.body),
          segment.text,
        );
        emitValue(String(value), segment.quoted, builder);
        break;
      }
      case 'process':
        if (shell.dialect.name === 'dash')
          await shell.abandon(shell.dialect.unexpected('"("'), { status: 2, fatal: true });
        builder.quoted(await processSubstitution(shell, segment));
        break;
    }
  }
}

function emitValue(value: string, quoted: boolean, builder: FieldBuilder): void {
  if (quoted) builder.quoted(value);
  else builder.split(value);
}

async function emitParameter(
  shell: Shell,
  parameter: Parameter,
  quoted: boolean,
  builder: FieldBuilder,
  whole: boolean,
): Promise<void> {
  const { name, operation, prefix } = parameter;
  const index =
    parameter.index === undefined || parameter.index === '@' || parameter.index === '*'
      ? parameter.index
      : await indexText(shell, parameter.index);
  if (operation?.type === 'unknown' || !allowed(shell, parameter)) {
    await shell.abandon(shell.dialect.badSubstitution(parameter.text), { status: shell.dialect.errorStatus });
  }
  if (prefix === '!' && shell.dialect.bashSyntax) {
    await emitIndirect(shell, parameter, index, quoted, builder, whole);
    return;
  }
  const list = listValue(shell, name, index);
  if (prefix === '#') {
    const value = list ? '' : parameterValue(shell, name, index);
    if (value === undefined) await requireSet(shell, name);
    emitValue(String(list ? list.length : [...(value ?? '')].length), quoted, builder);
    return;
  }
  if (operation?.type === 'default') {
    if (quoted && list === undefined) builder.quoted('');
    const value = list
      ? list.length === 0
        ? undefined
        : list.join(joiner(shell))
      : parameterValue(shell, name, index);
    if (await defaulted(shell, parameter, operation, value, builder, whole, quoted, index)) return;
    if (list === undefined) {
      emitValue(value ?? '', quoted, builder);
      return;
    }
  }
  if (list !== undefined) {
    const starred = name === '*' || index === '*';
    const changed =
      operation && operation.type !== 'default'
        ? await applyToList(shell, list, operation, name, index)
        : list;
    emitList(shell, changed, starred, quoted, builder, whole);
    return;
  }
  let value = parameterValue(shell, name, index);
  if (value === undefined) {
    await requireSet(shell, name);
    if (operation?.type === 'transform') return emitValue('', quoted, builder);
  }
  if (operation && operation.type !== 'default') value = await applyTo(shell, value ?? '', operation, name);
  emitValue(value ?? '', quoted, builder);
}

/** Which forms the dialect has: others are "bad substitutions". */
function allowed(shell: Shell, { operation, prefix, index, name }: Parameter): boolean {
  if (!/^([A-Za-z_]\w*|\d+|[@*#?$!-])$/.test(name)) return false;
  if (shell.dialect.bashSyntax) return true;
  if (prefix === '!' || index !== undefined) return false;
  if (operation?.type === 'slice' || operation?.type === 'replace') return shell.dialect.substringExpansion;
  return operation === undefined || operation.type === 'default' || operation.type === 'remove';
}

async function requireSet(shell: Shell, name: string): Promise<void> {
  if (!shell.option('nounset') || name === '@' || name === '*') return;
  await unsetError(shell, name);
}

async function unsetError(shell: Shell, name: string): Promise<never> {
  return shell.abandon(
    shell.dialect.unset(/^\d+$/.test(name) && shell.dialect.bashSyntax ? `$${name}` : name),
    {
      status: shell.dialect.bashSyntax ? 127 : 2,
      fatal: true,
    },
  );
}

/** `${x:-w}` and its like; says whether the value was replaced (and emitted). */
async function defaulted(
  shell: Shell,
  parameter: Parameter,
  operation: Operation & { type: 'default' },
  value: string | undefined,
  builder: FieldBuilder,
  whole: boolean,
  quoted: boolean,
  index: string | undefined,
): Promise<boolean> {
  const { operator, operand } = operation;
  const missing = value === undefined || (operator.startsWith(':') && value === '');
  switch (operator.at(-1)) {
    case '+':
      if (!missing) await emitOperand(shell, operand, builder, whole, quoted);
      return true;
    case '-':
      if (missing) await emitOperand(shell, operand, builder, whole, quoted);
      return missing;
    case '=':
      if (missing) {
        if (!isName(parameter.name)) await shell.abandon(shell.dialect.badSubstitution(parameter.text));
        const text = await expandToText(shell, operand);
        await assignChecked(shell, parameter.name, text, index);
        emitValue(text, quoted, builder);
      }
      return missing;
    default:
      if (missing) {
        const words = operand.segments.length === 0 ? '' : await expandToText(shell, operand);
        const reason =
          words === ''
            ? operator.startsWith(':') && shell.dialect.bashSyntax
              ? 'parameter null or not set'
              : operator.startsWith(':')
                ? 'parameter not set or null'
                : 'parameter not set'
            : words;
        await shell.abandon(`${parameter.name}: ${reason}`, {
          status: shell.dialect.bashSyntax ? 127 : 2,
          fatal: true,
        });
      }
      return false;
  }
}

async function emitOperand(
  shell: Shell,
  operand: Prepared,
  builder: FieldBuilder,
  whole: boolean,
  quoted: boolean,
): Promise<void> {
  if (quoted && operand.segments.length === 0) builder.quoted('');
  await emit(shell, operand.segments, builder, whole);
}

function emitList(
  shell: Shell,
  list: readonly string[],
  starred: boolean,
  quoted: boolean,
  builder: FieldBuilder,
  whole: boolean,
): void {
  if (starred && quoted) {
    builder.quoted(list.join(joiner(shell)));
    return;
  }
  if (whole) {
    const text = list.join(starred ? joiner(shell) : ' ');
    if (quoted) builder.quoted(text);
    else builder.split(text);
    return;
  }
  for (const [i, value] of list.entries()) {
    if (i > 0) builder.boundary();
    emitValue(value, quoted, builder);
  }
}

/** `${!name}`, `${!prefix*}`, `${!array[@]}`. */
async function emitIndirect(
  shell: Shell,
  parameter: Parameter,
  index: string | undefined,
  quoted: boolean,
  builder: FieldBuilder,
  whole: boolean,
): Promise<void> {
  const { name, operation } = parameter;
  if (operation?.type === 'names') {
    emitList(shell, namesWithPrefix(shell, name), operation.operator === '*', quoted, builder, whole);
  } else if (index === '@' || index === '*') {
    emitList(shell, listKeys(shell, name), index === '*', quoted, builder, whole);
  } else {
    const target = parameterValue(shell, name, index);
    if (target === undefined || target === '') {
      await shell.abandon(`${name}: invalid indirect expansion`, { fatal: false });
      return;
    }
    const element = /^(\w+)\[(.*)\]$/.exec(target);
    await emitParameter(
      shell,
      { ...parameter, prefix: undefined, name: element?.[1] ?? target, index: element?.[2] },
      quoted,
      builder,
      whole,
    );
  }
}

async function applyToList(
  shell: Shell,
  list: readonly string[],
  operation: Operation,
  name: string,
  index: string | undefined,
): Promise<string[]> {
  if (operation.type === 'slice') {
    // `${@:0}` begins with $0.
    const from = Number(await numberOf(shell, operation.offset));
    const all = index === undefined ? [shell.arg0, ...list] : [...list];
    const start = from < 0 ? all.length + from : from;
    if (start < 0) return [];
    const length = operation.length && Number(await numberOf(shell, operation.length));
    return all.slice(start, length === undefined ? undefined : start + length);
  }
  const out: string[] = [];
  for (const value of list) out.push(await applyTo(shell, value, operation, name));
  return out;
}

async function applyTo(shell: Shell, value: string, operation: Operation, name: string): Promise<string> {
  switch (operation.type) {
    case 'remove':
      return removePart(value, await expandToPattern(shell, operation.operand), operation.operator, shell);
    case 'replace':
      return replace(
        value,
        await expandToPattern(shell, operation.pattern),
        await expandToText(shell, operation.replacement),
        operation.operator,
      );
    case 'slice': {
      const chars = [...value];
      const from = Number(await numberOf(shell, operation.offset));
      const start = from < 0 ? chars.length + from : from;
      if (start < 0) return '';
      if (operation.length === undefined) return chars.slice(start).join('');
      const length = Number(await numberOf(shell, operation.length));
      const end = length < 0 ? chars.length + length : start + length;
      if (end < start) await shell.abandon(`${length}: substring expression < 0`, { fatal: false });
      return chars.slice(start, end).join('');
    }
    case 'case': {
      const pattern = operation.pattern ? await expandToPattern(shell, operation.pattern) : '?';
      const { matches } = compilePattern(pattern, { extended: true });
      const change = (char: string) =>
        !matches(char) ? char : operation.operator.startsWith('^') ? char.toUpperCase() : char.toLowerCase();
      const chars = [...value];
      if (operation.operator.length === 2) return chars.map(change).join('');
      return chars.map((char, i) => (i === 0 ? change(char) : char)).join('');
    }
    case 'transform':
      return transform(shell, value, operation.operator, name);
    default:
      return value;
  }
}

function transform(shell: Shell, value: string, operator: string, name: string): string {
  switch (operator) {
    case 'Q':
      return `'${value.replaceAll("'", "'\\''")}'`;
    case 'U':
      return value.toUpperCase();
    case 'u':
      return value.slice(0, 1).toUpperCase() + value.slice(1);
    case 'L':
      return value.toLowerCase();
    case 'A':
      return `${name}=${quoteForReuse(value)}`;
    case 'a': {
      const variable = shell.variables.find(name);
      return `${variable?.array ? 'a' : ''}${variable?.table ? 'A' : ''}${variable?.integer ? 'i' : ''}${variable?.readonly ? 'r' : ''}${variable?.exported ? 'x' : ''}`;
    }
    default:
      return value;
  }
}

function removePart(value: string, pattern: string, operator: string, shell: Shell): string {
  const compiled = compilePattern(pattern, { extended: shell.dialect.bashSyntax });
  if (compiled.literal !== undefined) {
    const { literal } = compiled;
    if (operator.startsWith('#')) return value.startsWith(literal) ? value.slice(literal.length) : value;
    return value.endsWith(literal) ? value.slice(0, value.length - literal.length) : value;
  }
  const lengths = Array.from({ length: value.length + 1 }, (_, i) => i);
  if (operator.length === 2) lengths.reverse();
  for (const length of lengths) {
    if (operator.startsWith('#')) {
      if (compiled.matches(value.slice(0, length))) return value.slice(length);
    } else if (compiled.matches(value.slice(value.length - length)))
      return value.slice(0, value.length - length);
  }
  return value;
}

function replace(value: string, pattern: string, replacement: string, operator: string): string {
  if (pattern === '') return value;
  const compiled = compilePattern(pattern, { extended: true });
  if (compiled.literal !== undefined) {
    const { literal } = compiled;
    if (operator === '//') return value.split(literal).join(replacement);
    if (operator === '/#')
      return value.startsWith(literal) ? replacement + value.slice(literal.length) : value;
    if (operator === '/%')
      return value.endsWith(literal) ? value.slice(0, value.length - literal.length) + replacement : value;
    const at = value.indexOf(literal);
    return at === -1 ? value : value.slice(0, at) + replacement + value.slice(at + literal.length);
  }
  const longest = (from: number): number => {
    for (let end = value.length; end > from; end--) if (compiled.matches(value.slice(from, end))) return end;
    return compiled.matches('') ? from : -1;
  };
  if (operator === '/#') {
    const end = longest(0);
    return end === -1 ? value : replacement + value.slice(end);
  }
  if (operator === '/%') {
    for (let from = 0; from <= value.length; from++)
      if (compiled.matches(value.slice(from))) return value.slice(0, from) + replacement;
    return value;
  }
  let out = '';
  let at = 0;
  while (at < value.length) {
    const end = longest(at);
    if (end <= at) {
      out += value[at++];
      continue;
    }
    out += replacement;
    at = end;
    if (operator === '/') break;
  }
  return out + value.slice(at);
}

const numberOf = async (shell: Shell, text: Prepared): Promise<bigint> => {
  const expression = await expandToText(shell, text);
  return evaluateArithmeticText(shell, expression, expression);
};

const indexText = async (shell: Shell, text: string): Promise<string> => {
  return expandToText(shell, prepareTemplate(text));
};

/** Evaluates arithmetic, with faults in the dialect's words. `source` is the text before expansion. */
export async function evaluateArithmeticText(shell: Shell, text: string, _source: string): Promise<bigint> {
  try {
    return arithmetic(shell, text);
  } catch (error) {
    if (error instanceof UnsetParameter) return unsetError(shell, error.parameter);
    if (error instanceof ReadonlyVariable) return shell.abandon(shell.dialect.readonly(error.variable));
    if (error instanceof ArithmeticError) return shell.abandon(arithmeticWords(shell, error));
    throw error;
  }
}

function arithmeticWords(shell: Shell, error: ArithmeticError): string {
  const { fault, expression } = error;
  if (shell.dialect.name === 'dash') {
    if (fault === 'number') return `Illegal number: ${error.rest}`;
    const words = {
      division: 'division by zero',
      operand: 'expecting primary',
      syntax: 'expecting EOF',
      assignment: 'expecting EOF',
    };
    return `arithmetic expression: ${words[fault]}: "${expression}"`;
  }
  if (shell.dialect.name === 'ash')
    return fault === 'division' ? 'divide by zero' : 'arithmetic syntax error';
  const text = expression.trimStart();
  const token = error.rest === '' ? lastToken(text) : error.rest;
  if (fault === 'division') return `${text}: division by 0 (error token is "${error.rest}")`;
  if (fault === 'assignment')
    return `${text}: attempted assignment to non-variable (error token is "${token}")`;
  if (fault === 'number') return `${text}: value too great for base (error token is "${token}")`;
  if (fault === 'operand') return `${text}: syntax error: operand expected (error token is "${token}")`;
  return `${text}: syntax error in expression (error token is "${token}")`;
}

const lastToken = (text: string): string => /([-+*/%&|<>=!~^?:,]+|\S)\s*$/.exec(text)?.[0] ?? '';

export async function assignChecked(
  shell: Shell,
  name: string,
  value: string,
  index?: string,
): Promise<void> {
  try {
    assign(shell, name, value, index);
  } catch (error) {
    if (error instanceof ReadonlyVariable) await shell.abandon(shell.dialect.readonly(name));
    if (error instanceof ArithmeticError) await shell.abandon(arithmeticWords(shell, error));
    throw error;
  }
}

async function home(shell: Shell, user: string): Promise<string> {
  if (user === '') {
    const own = shell.variables.get('HOME');
    if (own !== undefined) return own;
    return (await readAccounts(shell.sys)).user(shell.sys.getuid())?.home ?? '~';
  }
  if (shell.dialect.bashSyntax && user === '+') return shell.variables.get('PWD') ?? '~+';
  if (shell.dialect.bashSyntax && user === '-') return shell.variables.get('OLDPWD') ?? '~-';
  return (await readAccounts(shell.sys)).user(user)?.home ?? `~${user}`;
}

/** `$(…)`: the output of a subshell without its trailing newlines. */
async function substitute(shell: Shell, segment: Segment & { kind: 'command' }): Promise<string> {
  const { script } = segment;
  if (script.commands.length === 0 && !script.errors) {
    shell.status = shell.substitutionStatus = 0;
    return '';
  }
  const [readEnd, writeEnd] = await shell.sys.pipe(true);
  const pid = await forkShell(shell, async (child) => {
    await child.sys.dup2(writeEnd, 1);
    await child.sys.close(readEnd);
    await child.sys.close(writeEnd);
    child.substitutionDepth++;
    if (script.source !== undefined) child.unit = { text: script.source, lineBase: child.line - 1 };
    // bash forgets `set -e` here unless told otherwise.
    if (child.dialect.bashSyntax && !child.option('posix') && !child.shopt.has('inherit_errexit'))
      child.options.delete('errexit');
    return child.evaluator.runScript(child, script, true);
  });
  await shell.sys.close(writeEnd);
  const chunks: Uint8Array[] = [];
  for (;;) {
    try {
      const chunk = await shell.sys.read(readEnd, 65536);
      if (chunk.length === 0) break;
      chunks.push(chunk);
    } catch (error) {
      if (!isErrno(error, 'EINTR')) throw error;
    }
  }
  await shell.sys.close(readEnd);
  shell.status = shell.substitutionStatus = shellStatus(await waitForChild(shell, pid));
  let text = bytesToText(concat(chunks));
  // No variable can hold a NUL.
  if (text.includes('\0')) {
    text = text.replaceAll('\0', '');
    if (shell.dialect.bashSyntax)
      await shell.warn('warning: command substitution: ignored null byte in input');
  }
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 10) end--;
  return text.slice(0, end);
}

/** `<(…)` and `>(…)`: a pipe under the name /dev/fd/N. */
async function processSubstitution(shell: Shell, segment: Segment & { kind: 'process' }): Promise<string> {
  const [readEnd, writeEnd] = await shell.sys.pipe();
  const reading = segment.operator === '<';
  await forkShell(shell, async (child) => {
    await child.sys.dup2(reading ? writeEnd : readEnd, reading ? 1 : 0);
    await child.sys.close(readEnd);
    await child.sys.close(writeEnd);
    return child.evaluator.runScript(child, segment.script, true);
  });
  await shell.sys.close(reading ? writeEnd : readEnd);
  const fd = await shell.sys.dupfd(reading ? readEnd : writeEnd, 60);
  await shell.sys.close(reading ? readEnd : writeEnd);
  shell.substitutions.push(fd);
  return `/dev/fd/${fd}`;
}
