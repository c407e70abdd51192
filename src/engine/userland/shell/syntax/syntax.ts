/** What decides how a text is read: the shell's dialect, and what options and aliases are in force when it is read. */
export interface Syntax {
  readonly name: 'bash' | 'dash' | 'ash';
  readonly posix: boolean;
  /** `shopt -s extglob` */
  readonly extglob: boolean;
  /** undefined where aliases are not expanded. */
  readonly aliases: ReadonlyMap<string, string> | undefined;
}
