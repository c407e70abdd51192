/** Steps of random sessions that a real engine and ours answer differently, and why they may. */

const SAME_AGE = 'images of the very same age are listed in the order of a Go map';
const AT_ONCE = 'what BuildKit does at the same time, and buildx prints of it, comes as it comes';
const PIECES =
  'buildx repeats what a failed step printed without time or program where BusyBox wrote the line in two pieces';
const LATE =
  'buildx shows a warning by its step only if it comes before the step has ended; at the end it is told anyway';
const MAP_OF_MOUNTS =
  'the client sends several -v in the order of a Go map: which of two for one place comes first is chance';
const MOUNTS_LISTED = 'lists name the mounts of a container in the order of a Go map';
const FIRST_FOUND = 'which of several containers that use an image is named is up to a Go map';
const MOMENT =
  'a container that has just begun in the background, or starts again and again, is seen in one of its states';
const TWICE =
  'the client kills all at the same time: whether one that is named twice has ended when the other call comes is a race';
const STAND_IN = "the stand-in's history is that of an import";
const HOST = 'the recorded host: its hosts file, its capabilities, no eth0 in the network of its engine';
const CHANCE_ID = 'the id of a container there happens to begin with the name that is asked for';

const because = (reason: string, ...steps: string[]): [string, string][] =>
  steps.map((step) => [step, reason]);

/** By `seed/session/step`. */
export const EXPLAINED: Readonly<Record<string /* step */, string /* reason */>> = Object.fromEntries([
  ...because(SAME_AGE, '2026/35/27', '2026/87/30', '2026/92/24', '2026/284/26', '2026/300/20'),
  ...because(
    SAME_AGE,
    '2026/356/17',
    '2026/373/7',
    '2026/201/23',
    '2026/201/26',
    '2026/491/24',
    '2026/499/28',
  ),
  ...because(AT_ONCE, '2026/13/29'),
  ...because(PIECES, '2026/40/25', '2026/148/23', '2026/318/4'),
  ...because(
    LATE,
    '2026/131/30',
    '2026/294/16',
    '2026/415/5',
    '2026/220/3',
    '2026/475/20',
    '2026/488/13',
    '2026/491/22',
    '2026/240/11',
  ),
  ...because(MAP_OF_MOUNTS, '2026/98/24', '2026/98/28', '2026/203/18'),
  ...because(FIRST_FOUND, '2026/132/17'),
  ...because(MOMENT, '2026/109/3', '2026/109/5', '2026/109/19', '2026/369/25'),
  ...because(TWICE, '2026/235/3'),
  ...because(STAND_IN, '2026/329/28', '2026/208/8'),
  ...because(MOUNTS_LISTED, '2026/211/8'),
  ...because(HOST, '2026/135/15', '2026/159/9', '2026/386/21'),
  ...because(CHANCE_ID, '2026/128/27', '2026/195/28', '2026/195/29'),
]);
