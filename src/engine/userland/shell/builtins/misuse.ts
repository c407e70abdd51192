import type { Shell } from '../shell.ts';

/** A builtin was misused; the message has been printed. A POSIX shell that is not interactive ends if the builtin is special. */
export class BuiltinMisuse extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`status ${status}`);
    this.status = status;
  }
}

/** Prints `NAME: MESSAGE` and gives up the builtin. */
export async function misuse(
  shell: Shell,
  builtin: string,
  message: string,
  status?: number,
): Promise<never> {
  await shell.warn(message, builtin);
  throw new BuiltinMisuse(status ?? shell.dialect.errorStatus);
}

/** An invalid option: with bash's usage line below. */
export async function illegalOption(
  shell: Shell,
  builtin: string,
  option: string,
  usage: string,
): Promise<never> {
  await shell.warn(shell.dialect.illegalOption(option), builtin);
  if (shell.dialect.name === 'bash') await shell.error(`${builtin}: usage: ${usage}\n`);
  throw new BuiltinMisuse(2);
}
