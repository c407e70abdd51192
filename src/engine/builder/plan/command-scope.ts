import type { Command } from '../instructions/command.ts';
import { expandWord, expandWords } from '../shell-lex.ts';
import { nearest } from '../suggest.ts';
import type { PlanContext, RuleName } from './context.ts';
import { SAYS } from './lint.ts';
import type { StageState } from './stage-state.ts';
import { addHistory } from './target-image.ts';

/** One command at work on its stage. */
export class CommandScope {
  readonly stage: StageState;
  readonly context: PlanContext;
  readonly #command: Command;

  constructor(stage: StageState, context: PlanContext, command: Command) {
    this.stage = stage;
    this.context = context;
    this.#command = command;
  }

  /** `$NAME` in a word. */
  expanded(word: string): string {
    return this.#noting((lookup) => expandWord(word, lookup, { escape: this.context.escape }));
  }

  /** The same, split at blanks; nobody is warned of what is not set. */
  splitWords(word: string): string[] {
    const { environment } = this.stage;
    return expandWords(word, (name) => environment.get(name), { escape: this.context.escape });
  }

  /** `$NAME` in a text whose quotes are only signs. */
  expandedText(text: string): string {
    return this.#noting((lookup) => expandWord(text, lookup, { asText: true }));
  }

  /** How progress shows the command: with variables put in that are set, but not those that are `masked`. */
  shown(
    text: string,
    options: { rawQuotes?: boolean; skipUnset?: boolean } = {},
    masked: ReadonlySet<string | undefined> = new Set(),
  ): string {
    const { environment } = this.stage;
    const lookup = (name: string) => (masked.has(name) ? '****' : environment.get(name));
    const [first = '', ...rest] = text.split(' ');
    const line = [first.toUpperCase(), ...rest].join(' ');
    try {
      return expandWord(line, lookup, { escape: this.context.escape, ...options });
    } catch {
      return line;
    }
  }

  warn(rule: RuleName, message: string, location = this.#command.location): void {
    this.context.host.warn(rule, message, location);
  }

  history(line: string, withLayer = false, marked = false): void {
    addHistory(this.stage.image, line, { withLayer, marked, epoch: this.context.epoch });
  }

  /** Expands, and warns of variables that nobody has set. */
  #noting<T>(expand: (lookup: (name: string) => string | undefined) => T): T {
    const { environment, buildArgs } = this.stage;
    const unset = new Set<string>();
    try {
      return expand((name) => {
        const value = environment.get(name);
        if (value === undefined) unset.add(name);
        return value;
      });
    } finally {
      for (const { key } of buildArgs) unset.delete(key);
      for (const name of unset)
        this.warn('undefinedVar', SAYS.undefinedVar(name, nearest(name, environment.names())));
    }
  }
}

const SHELL = ['/bin/sh', '-c'];

/** A command line as it is run: a text through the stage's shell. */
export function withShell({ image }: StageState, args: readonly string[]): string[] {
  return [...(image.config.Shell?.length ? image.config.Shell : SHELL), args.join(' ')];
}
