import { parseBool } from '../../base/go-bool.ts';
import { quote } from '../../base/go-quote.ts';
import { DockerfileError } from '../ast.ts';
import type { PlanHost, RuleName } from './context.ts';
import { RULES, type Rule } from './lint.ts';

type Some = 'all' | ReadonlySet<string>;

/** What a Dockerfile wants of the build checks: `# check=skip=RULE,RULE;error=true`. */
export interface CheckOptions {
  skip: Some;
  /** Of the rules that are on trial, those that are wanted. */
  experimental: Some;
  /** What is found ends the build. */
  error: boolean;
}

/** Reads the options. Models BuildKit linter.ParseLintOptions. Throws `DockerfileError`. */
export function parseCheckOptions(text: string): CheckOptions {
  const options: CheckOptions = { skip: new Set(), experimental: new Set(), error: false };
  const [first = '', ...rest] = text.trim().split(';');
  for (const part of rest.length === 0 ? [first] : [first, rest.join(';')]) {
    if (text.trim() === '') break;
    const equals = part.indexOf('=');
    const name = (equals === -1 ? part : part.slice(0, equals)).trim();
    const value = part.slice(equals + 1).trim();
    if (equals === -1 || !['skip', 'error', 'experimental'].includes(name))
      throw refused(`invalid check option ${quote(equals === -1 ? part : name)}`);
    if (name === 'skip') options.skip = someOf(value);
    if (name === 'experimental') options.experimental = someOf(value);
    if (name !== 'error') continue;
    const isError = parseBool(value);
    if (isError === undefined)
      throw refused(
        `failed to parse check option ${quote(part)}: strconv.ParseBool: parsing ${quote(value)}: invalid syntax`,
      );
    options.error = isError;
  }
  return options;
}

const someOf = (value: string): Some =>
  value === 'all' ? 'all' : new Set(value.split(',').map((one) => one.trim()));

const isAmong = (some: Some, rule: string): boolean => some === 'all' || some.has(rule);

const refused = (why: string): DockerfileError =>
  new DockerfileError(`failed to parse check options: ${why}`);

/** Hands on what the build checks find, as far as that is wanted. */
export class Checks {
  readonly #options: CheckOptions;
  readonly #warn: PlanHost['warn'];
  readonly #found = new Set<RuleName>();

  constructor(options: CheckOptions, warn: PlanHost['warn']) {
    this.#options = options;
    this.#warn = warn;
  }

  readonly warn: PlanHost['warn'] = (rule, message, location) => {
    const { skip, experimental } = this.#options;
    const { name, experimental: isOnTrial }: Rule = RULES[rule];
    if (isOnTrial ? !isAmong(experimental, name) : isAmong(skip, name)) return;
    this.#found.add(rule);
    this.#warn(rule, message, location);
  };

  /** Throws `DockerfileError` if something was found that must not be. */
  refuse(): void {
    if (!this.#options.error || this.#found.size === 0) return;
    const names = [...this.#found].map((rule) => RULES[rule].name);
    throw new DockerfileError(`lint violation found for rules: ${names.join(', ')}`);
  }
}
