/** Command lines as urfave/cli reads them and tells of them, Go's library that runc and ctr are written with. */

/** An option; one without `value` is a switch. */
export interface Option {
  /** The long name first. */
  names: readonly string[];
  value?: true;
  usage: string;
}

/** Values by the options' long names, in the order in which they came. */
export class Options {
  readonly #values: [name: string, value: string][] = [];

  add(name: string, value: string): void {
    this.#values.push([name, value]);
  }

  has(name: string): boolean {
    return this.#values.some(([known]) => known === name);
  }

  /** The last one counts. */
  get(name: string): string | undefined {
    return this.#values.findLast(([known]) => known === name)?.[1];
  }

  all(name: string): string[] {
    return this.#values.filter(([known]) => known === name).map(([, value]) => value);
  }
}

/** The line is wrong; `help` is what is to be shown before the message, if anything. */
export class Misuse extends Error {
  readonly help: string | undefined;
  readonly said: string;

  constructor(message: string, help?: string, said = `Incorrect Usage: ${message}`) {
    super(message);
    this.help = help;
    this.said = said;
  }
}

/**
 * Takes the options out of a line; gives the rest. Throws `Misuse`.
 *
 * @param everywhere whether options may also stand among the arguments
 * @param help what a misuse shows
 */
export function takeOptions(
  argv: readonly string[],
  known: readonly Option[],
  everywhere: boolean,
  help?: string,
): { options: Options; rest: string[] } {
  const options = new Options();
  const rest: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (word === '--') {
      rest.push(...argv.slice(i + 1));
      break;
    }
    const found = /^--?([^=-][^=]*)(?:=(.*))?$/s.exec(word);
    if (found === null) {
      if (!everywhere) {
        rest.push(...argv.slice(i));
        break;
      }
      rest.push(word);
      continue;
    }
    const option = known.find(({ names }) => names.includes(found[1]!));
    if (option === undefined) throw new Misuse(`flag provided but not defined: -${found[1]}`, help);
    if (option.value && found[2] === undefined && argv[i + 1] === undefined)
      throw new Misuse(`flag needs an argument: -${found[1]}`, help);
    options.add(option.names[0]!, found[2] ?? (option.value ? argv[++i]! : 'true'));
  }
  return { options, rest };
}

/** Options as a help lists them. */
export const optionLines = (options: readonly Option[]): string => {
  const shown = options.map(({ names, value, usage }): [string, string] => [
    names.map((name) => `${name.length === 1 ? '-' : '--'}${name}${value ? ' value' : ''}`).join(', '),
    usage,
  ]);
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown.map(([name, usage]) => `   ${name.padEnd(width)}  ${usage}\n`).join('');
};
