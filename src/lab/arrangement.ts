/** A file whose lines are given, in no order and with some too many: to be put in order, written and then used. */
export interface Arrangement {
  /** Where it is written, an absolute path. */
  file: string;
  /** Its lines in a right order. */
  lines: string[];
  /** Lines that have no place in it. */
  spare: string[];
  /** Other right orders; `drydock verify` proves each as it does the solution. */
  alsoRight: string[][];
  /** The command that shows whether it works, for the terminal. */
  tryIt: string;
}

/** What the page shows of it: the lines in an order that gives nothing away. */
export interface ArrangementText {
  file: string;
  lines: string[];
  tryIt: string;
}

export const arrangementText = ({ file, lines, spare, tryIt }: Arrangement): ArrangementText => ({
  file,
  lines: [...lines, ...spare].toSorted(),
  tryIt,
});

/** The command that writes the file at a terminal. */
export const writing = ({ file, lines }: Pick<Arrangement, 'file' | 'lines'>): string =>
  ['cat > '.concat(file, " <<'END'"), ...lines, 'END'].join('\n');
