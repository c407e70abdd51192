/** Recorded steps that may differ from what the simulated machine answers, and why. */

const HOST = "the recorded host: its kernel's controllers, its processes, its plug-ins";
const NUMBERS = 'process ids, interface indices and client ports depend on what ran before';
const CACHE = 'which records the build cache has, and under what names, is its own affair';
const AT_ONCE = 'what BuildKit does at the same time, and Go keeps in a map, comes in any order';

const because = (reason: string, scenario: string, ...steps: string[]): [string, string][] =>
  steps.map((step) => [`${scenario}/${step}`, reason]);

export const EXCEPTIONS: Record<string /* step id */, string /* reason */> = Object.fromEntries([
  ...because(AT_ONCE, 'build', '27', '102', '140'),
  ...because(CACHE, 'build', '137', '144', '145', '146'),

  ...because(NUMBERS, 'run-flags', '16'),
  ...because(HOST, 'run-flags', '19'),

  ...because('which of the two answers, for IPv4 and IPv6, comes first', 'network', '17'),

  ...because(HOST, 'daemon', '07', '14', '45', '46'),
  ...because('the client alone would speak to the registry', 'daemon', '19'),
  ...because('a second daemon beside the first is not modelled', 'daemon', '44'),
  ...because('a second daemon beside the first is not modelled', 'daemon2', '08', '10', '12'),
  ...because('swarm mode is not modelled', 'swarm', '01', '10'),
  ...because(HOST, 'kernel', '04', '05', '12', '13', '100', '117', '120'),
  ...because(NUMBERS, 'kernel', '11', '63'),
  ...because('no Python on the simulated host', 'kernel', '55', '122'),
  ...because('directories of what is not modelled: plugins, swarm, BuildKit', 'kernel', '61'),
  ...because("the stand-in's configuration is written by another builder", 'kernel', '62'),

  ...because("the stand-in's shell runs BusyBox' programs without execve", 'kernel', '136'),
]);
