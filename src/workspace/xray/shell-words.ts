/** Arguments as one would type them. */
export const shellLine = (argv: readonly string[]): string =>
  argv
    .map((word) =>
      /^[^\s'"\\$`;&|<>()*?]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`,
    )
    .join(' ');
