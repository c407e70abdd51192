/** POSIX shell cases that do not pass, with the reason. One that passes after all fails the test. */
const NEEDS_FILE = 'needs a file of the suite that the table of cases does not hold';
const BYTES = 'dash goes by bytes in file names and IFS; here it does so in values only';

export const EXCEPTIONS: Readonly<Record<string, string>> = {
  'spec/assign.test.sh:113': NEEDS_FILE,
  'spec/builtin-getopts.test.sh:384': NEEDS_FILE,
  'spec/builtin-getopts.test.sh:398': NEEDS_FILE,
  'spec/strict-options.test.sh:37': NEEDS_FILE,
  'spec/strict-options.test.sh:49': NEEDS_FILE,
  'spec/strict-options.test.sh:65': NEEDS_FILE,
  'spec/temp-binding.test.sh:7': NEEDS_FILE,
  'spec/sh-usage.test.sh:171': BYTES,
  'spec/sh-usage.test.sh:222': BYTES,
  'spec/word-split.test.sh:519': BYTES,
  'spec/builtin-type.test.sh:79': 'fgrep warns that it is obsolescent, as GNU grep 3.8 does',
  'spec/shell-bugs.test.sh:17': 'needs the program time',
  'spec/builtin-meta-assign.test.sh:67': 'dash forgets what `command local` declares; here it is kept',
  'spec/here-doc.test.sh:57': 'dash reads the delimiter of a here-document as a word with expansions',
  'spec/tilde.test.sh:137': 'dash expands all tildes in the operand of an expansion within an assignment',
};
