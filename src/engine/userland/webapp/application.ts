/** What a page of the tutorial's kind does: it greets whom a variable of the environment names. */
export interface Application {
  /** Before and after the name. */
  greeting: readonly [string, string];
  variable: string;
  /** Whom it greets where the variable is not set. */
  otherwise: string;
  host: string;
  port: number;
}

/**
 * Reads a Flask application of one page: the texts, the variables and the port may be changed, all else stands as in the image.
 * undefined for any other program: Python is not simulated.
 *
 * @param environment for the port, which a variable may give
 */
export function readApplication(
  source: string,
  environment: ReadonlyMap<string, string>,
): Application | undefined {
  const code = source
    .replace(/#.*$/gm, '')
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n');
  const { groups } = PROGRAM.exec(code) ?? {};
  if (groups === undefined) return undefined;
  const { before = '', after = '', variable = '', otherwise = '', host = '' } = groups;
  const port = Number((groups['portVariable'] && environment.get(groups['portVariable'])) || groups['port']);
  return { greeting: [before, after], variable, otherwise, host, port };
}

const quoted = (name: string) => `'(?<${name}>[^'\\\\\n]*)'`;

const PROGRAM = new RegExp(
  `${[
    'import os',
    'from flask import Flask',
    'app = Flask\\(__name__\\)',
    "@app\\.route\\('/'\\)",
    'def (\\w+)\\(\\):',
    ` +(?<name>\\w+) = os\\.environ\\.get\\(${quoted('variable')}, ${quoted('otherwise')}\\)`,
    ` +return ${quoted('before')} \\+ \\k<name> \\+ ${quoted('after')}`,
    "if __name__ == '__main__':",
    ` +app\\.run\\(host=${quoted('host')}, port=(?:int\\(os\\.environ\\.get\\(${quoted('portVariable')}, (?<port>\\d+)\\)\\))\\)`,
  ].join('\n')}$`,
);
