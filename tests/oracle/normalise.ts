/**
 * Makes two transcripts of one scenario comparable: what differs between any two runs of a real engine is
 * replaced by a name for the thing, keeping its identity: the n-th distinct id of a scenario is `‹id n›` on both sides. All else
 * (words, exit statuses, streams, numbers of lines) stays.
 *
 * One `Normaliser` a scenario and side: it remembers what it has seen.
 */
export interface Step {
  cmd: string;
  exit: number;
  stdout: string;
  stderr: string;
  /** The seconds after which its shell got SIGTERM, where it did not end by itself. */
  cut?: number;
}

interface NameLists {
  adjectives: readonly string[];
  surnames: readonly string[];
}

export class Normaliser {
  readonly #seen = new Map<string, Map<string, string>>();
  #step = 0;
  readonly #names: RegExp;

  constructor(names: NameLists) {
    this.#names = new RegExp(
      `\\b(?:${names.adjectives.join('|')})_(?:${names.surnames.join('|')})\\d?\\b`,
      'gi',
    );
  }

  step(step: Step): Step {
    this.#step++;
    const stdout = this.text(step.stdout, step.cmd);
    const stderr = this.text(step.stderr, step.cmd);
    // A shell that a signal ended: the recorder wrote the signal's number negated.
    const exit = step.exit < 0 ? 128 - step.exit : step.exit;
    return { cmd: step.cmd, exit, stdout, stderr };
  }

  /** One stream of one command. */
  text(text: string, cmd = ''): string {
    let out = withoutCursor(text.replaceAll('\r\n', '\n'));
    out = withoutOrder(this.#identities(out));
    out = erase(out);
    out = lines(steps(out), cmd);
    return out;
  }

  #identities(text: string): string {
    return (
      text
        .replace(UUID, (id) => `‹uuid ${this.#nth('uuid', id)}›`)
        // 64 hexadecimal digits and their prefixes, as lists cut them, are one id; bridges are named by it. Twelve decimal digits
        // are one only if they begin one that was seen, or stand where the classic builder names one.
        .replace(
          /(\bbr-)?\b([0-9a-f]{64}|[0-9a-f]{12}|[0-9a-f]{14}(?=…))(?![0-9A-Za-z_])/g,
          (whole, bridge: string | undefined, id: string, at: number) =>
            /^\d{12}$/.test(id) && !this.#seen.get('id')?.has(id) && !BUILT.test(text.slice(0, at))
              ? whole
              : `${bridge ?? ''}‹id ${this.#nth('id', id.slice(0, 12))}${id.length === 64 ? ' long' : ''}›`,
        )
        // Records of the build cache, and builds.
        .replace(BUILD_ID, (id) => `‹build ${this.#nth('build', id)}›`)
        .replace(/\bveth[0-9a-f]{7}\b/g, (name) => `‹veth ${this.#nth('veth', name)}›`)
        .replace(/\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/g, (mac) =>
          mac === '00:00:00:00:00:00' || mac === 'ff:ff:ff:ff:ff:ff' ? mac : `‹mac ${this.#nth('mac', mac)}›`,
        )
        .replace(
          this.#names,
          (name) => `‹${asWritten('name', name)} ${this.#nth('name', name.toLowerCase())}›`,
        )
        // User networks: the pool is fixed, which part of it a network gets depends on those before it.
        .replace(
          /\b172\.(1[89]|2\d|3[01])\.(\d+\.\d+)\b/g,
          (_, net: string, host: string) => `‹net ${this.#nth('net', net)}›.${host}`,
        )
        .replace(
          /\b192\.168\.(\d+)\.(\d+)\b/g,
          (_, net: string, host: string) => `‹net ${this.#nth('net', `192.${net}`)}›.${host}`,
        )
        .replace(
          /(?<=[:>\s]|"HostPort": ?")(3276[89]|327[7-9]\d|32[89]\d\d|3[3-9]\d{3}|[45]\d{4}|60\d{3})(?=->|\s|$|\/tcp|"|: )/gm,
          (port) => `‹port ${this.#nth('port', port)}›`,
        )
    );
  }

  /** `S.N`: what step S showed first, as the N-th new thing of its kind there; so a step that differs does not shift those after it. */
  #nth(kind: string, value: string): string {
    const known = this.#seen.get(kind) ?? new Map<string, string>();
    this.#seen.set(kind, known);
    const before = [...known.values()].filter((name) => name.startsWith(`${this.#step}.`)).length;
    const name = known.get(value) ?? `${this.#step}.${before + 1}`;
    known.set(value, name);
    return name;
  }
}

/** A word in small letters, in capitals or with one, as another is. */
const asWritten = (word: string, like: string): string =>
  like === like.toLowerCase()
    ? word
    : like === like.toUpperCase()
      ? word.toUpperCase()
      : `${word[0]!.toUpperCase()}${word.slice(1)}`;

/** What an engine calls itself. */
const UUID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;

/** 25 letters and digits, of both kinds. */
const BUILD_ID = /\b(?=[a-z]*\d)(?=\d*[a-z])[0-9a-z]{25}\b/g;

/** What the classic builder says before an image's id. */
const BUILT = /(?: ---> |Successfully built )$/;

/** What carries no identity: instants, ages, sizes, shares. */
function erase(text: string): string {
  return (
    text
      .replace(
        /\b(?!0001-01-01)\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| ?[+-]\d\d:?\d\d(?: UTC)?)?/g,
        '‹time›',
      )
      .replace(
        /\b(?:Less than a second|About an? (?:minute|hour)|\d+ (?:second|minute|hour|day|week|month|year)s?)\b/g,
        '‹age›',
      )
      .replace(/(?<![\w.])\d+(?:\.\d+)? ?(?:[kKMGTP]i?)?B\b/g, '‹size›')
      .replace(/(?<=\bsize: )\d+$|(?<="size": )\d+/gm, '‹size›')
      .replace(/(?<![\w.])\d+(?:\.\d+)?%/g, '‹percent›')
      .replace(/(time=)[\d.]+/g, '$1‹time›')
      .replace(/(?<=round-trip min\/avg\/max = )[\d.]+\/[\d.]+\/[\d.]+/g, '‹time›')
      // How long a build took.
      .replace(/(?<=^Duration:\s+|‹age› ago +)\d+\.\ds(?=\s*$)|(?<="Duration": )\d+/gm, '‹time›')
      .replace(/("Pid": ?)(?!0\b)\d+/g, '$1‹pid›')
      // What a script calls its shell's, and bash a job's. Small ones are those of a namespace.
      .replace(/(?<=\bpid=)\d{3,}\b/g, '‹pid›')
      .replace(/(?<=^bash: line \d+:) +\d{3,}(?= )/gm, ' ‹pid›')
      // Rows of `docker top` and of ps(1): who, then pids of the host. Pid 1 is a container's first process and stays.
      .replace(
        /^(\w+|‹id \d+›)( +)(?:[2-9]|\d{2,})( +)(?:[2-9]|\d{2,})( +)\d+( +)\d\d:\d\d(?= )/gm,
        '$1$2‹pid›$3‹pid›$4‹percent›$5‹time›',
      )
      .replace(/\b(pipe|socket):\[\d+\]/g, '$1:[‹inode›]')
      .replace(/28\.5\.2(?:\+\w+)?/g, '‹version›')
      // Debian's builds do not know their own, nor its machine the simulated one's processor.
      .replace(/\bv0\.0\.0\+unknown\b|\bv0\.25\.2\b/g, '‹version›')
      .replace(/(?<=github\.com\/docker\/buildx) \S+ \S+/g, ' ‹version›')
      .replace(/\blinux\/amd64 \(\+\d\)|\blinux\/amd64(?:, linux\/amd64\/v\d)+/g, '‹platforms›')
  );
}

/** The progress of layers at a terminal, where each is redrawn in its own row, as lines. */
const withoutCursor = (text: string): string =>
  text.replace(/\n?\x1b\[\d+A\x1b\[2K\r([^\r\n]*?) *\r\x1b\[\d+B/g, '$1\n');

/**
 * Progress of a build: what steps took is left out, and they come in the order of their names, for BuildKit does several at once and
 * numbers them as they end. At a terminal only the last picture counts.
 */
function steps(text: string): string {
  const drawn = text.split('\x1b[?25l[+] Building ');
  if (drawn.length > 1) {
    const first = drawn[0]!.replace(/(?:\x1b\[\d*[A-Z])+$/, '');
    return `${first}${drawn
      .at(-1)!
      .replace(/ +\d+\.\ds$/gm, ' ‹time›')
      .replace(/^\d+\.\ds/, '‹time›')
      .replace(/(?<=sha256:)[0-9a-f]{20,63}\b/g, '‹id, cut›')}`;
  }
  if (!/^#\d+ /m.test(text)) return text;
  const out: string[] = [];
  const groups = new Map<string, string[]>();
  const flush = () => {
    out.push(
      ...sorted(
        [...groups.values()].map((group) => group.join('\n')),
        (group) => group,
      ),
    );
    groups.clear();
  };
  for (const line of text.split('\n')) {
    const [, number, rest = ''] = /^#(\d+) (.*)$/.exec(line) ?? [];
    if (number === undefined) {
      if (line === '' && groups.size > 0) continue;
      flush();
      out.push(line.replace(/^\d+\.\d{1,3} /, '‹time› '));
      continue;
    }
    if (rest === '...') continue;
    const said = rest
      .replace(/^\d+\.\d{1,3} /, '‹time› ')
      .replace(/^DONE \d+\.\ds$/, 'DONE')
      .replace(/ \d+\.\ds( done)?$/, '$1')
      .replace(REF, '‹ref›');
    const group = groups.get(number) ?? [];
    // How far a part was before it was done depends on when somebody looked.
    if (said === `${group.at(-1)} done` || group.at(-1) === 'DONE' || isBegunBy(group.at(-1), said))
      group.pop();
    // A step that is taken up again says its name once more.
    // Whether a base is in the cache depends on who has used it before.
    if (group[0] !== said)
      group.push(said === 'CACHED' && /^\[[^\]]*\] FROM /.test(group[0] ?? '') ? 'DONE' : said);
    groups.set(number, group);
  }
  flush();
  return withoutWarningOrder(out.join('\n'))
    .replace(REF, '‹ref›')
    .replace(/\/\S+\/overlay2\/(?:\w+|‹[^›]+›)\/merged/g, '‹root›');
}

/** `transferring context:`, before it is known how much. */
const isBegunBy = (before: string | undefined, said: string): boolean =>
  before?.endsWith(':') === true && said.startsWith(`${before} `);

/** buildx keeps warnings in a map until the end. */
const withoutWarningOrder = (text: string): string =>
  text.replace(/(?<=warnings? found .*:\n\x1b\[0m)(?: - .*\n)+/g, (list) =>
    sorted(list.split('\n').filter(Boolean), (line) => line)
      .map((line) => `${line}\n`)
      .join(''),
  );

/** Names of what a build has been sent. */
const REF = /(?<=checksum of ref ).+?::(?:\w+|‹build [\d.]+›)/g;

/** What the engine prints in the order of a Go map, of a directory on disk, or of names that are ids. */
const UNORDERED = /\bprune\b|\bdf -v\b|\bdocker (?:container )?diff\b|\bdocker volume ls$|\benv$/;

/** Columns by single gaps; the progress of layers, which interleaves freely, layer by layer; Go's map order where it is printed. */
function lines(text: string, cmd: string): string {
  const all = text.split('\n').map((line) => line.replace(/ {2,}/g, '  ').trimEnd());
  const out: string[] = [];
  let progress: string[] = [];
  const flush = () => {
    out.push(...sorted(progress, (line) => line.split(':')[0]!));
    progress = [];
  };
  for (const line of all) {
    if (/^‹id [\d.]+›: [A-Z]/.test(line)) {
      // Whether a layer is seen waiting or half downloaded is a matter of speed.
      if (!/: (?:Waiting|Downloading|Extracting|Verifying Checksum|Pushing|Preparing)/.test(line))
        progress.push(line);
    } else {
      flush();
      out.push(line);
    }
  }
  flush();
  // A column of process ids first, as `docker top -o pid,…` prints it.
  if (/\btop\b/.test(cmd) && /^PID\b/.test(out[0] ?? ''))
    return out.map((line) => line.replace(/^(?:[2-9]|\d{2,})(?= )/, '‹pid›')).join('\n');
  return (UNORDERED.test(cmd) ? sorted(out, (line) => line) : out).join('\n');
}

/**
 * Go writes a map of JSON in the order of its keys, here of digests, which are not the same on both sides; and a stand-in's layer is
 * as long as its BusyBox.
 */
const withoutOrder = (text: string): string =>
  text
    .replace(/(?<=^ Runtimes: ).*$/m, (names) => sorted(names.split(' '), (name) => name).join(' '))
    .replace(/(?<="LayerSources":\{)(?:[^{}]*\{[^{}]*\})*/g, (members) =>
      sorted(members.replace(/(?<="size":)\d+/g, '‹size›').split(/(?<=\}),/), (member) => member).join(','),
    );

/** Stable, so that what one layer goes through stays in order. */
function sorted(all: string[], key: (line: string) => string): string[] {
  return [...all].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
