import type { EdgeName, LifeState } from '../../../lab/xray/states.ts';

/** Where everything of the diagram of states is, in its own units: one plan that a phone's width holds too. */
export const WIDTH = 446;
export const HEIGHT = 446;

export const BOX = { width: 96, height: 44 };

/** Middles of the states. Before the first and after the last there is a dot and no box. */
export const PLACES: Record<LifeState, readonly [x: number, y: number]> = {
  none: [60, 40],
  created: [220, 40],
  running: [220, 150],
  paused: [60, 150],
  restarting: [380, 150],
  exited: [220, 300],
  removing: [220, 390],
  dead: [60, 390],
  removed: [380, 390],
};

export interface EdgePlan {
  path: string;
  /** Where its label stands, and how. */
  label: readonly [x: number, y: number, anchor: 'start' | 'middle' | 'end'];
  /** Where it says at which places of the path it was taken. */
  mark: readonly [x: number, y: number];
}

export const PLANS: Record<EdgeName, EdgePlan> = {
  create: { path: 'M72 40H170', label: [121, 29, 'middle'], mark: [121, 40] },
  start: { path: 'M220 62V126', label: [234, 98, 'start'], mark: [220, 94] },
  die: { path: 'M238 172V276', label: [258, 198, 'start'], mark: [238, 222] },
  startAgain: { path: 'M202 278V174', label: [184, 227, 'end'], mark: [202, 222] },
  pause: { path: 'M172 139H110', label: [140, 126, 'middle'], mark: [141, 139] },
  unpause: { path: 'M108 161H170', label: [140, 183, 'middle'], mark: [139, 161] },
  dieFrozen: { path: 'M60 172C60 250 110 300 170 300', label: [66, 272, 'middle'], mark: [84, 250] },
  dieToRestart: { path: 'M268 139H330', label: [300, 126, 'middle'], mark: [299, 139] },
  restart: { path: 'M332 161H270', label: [300, 183, 'middle'], mark: [301, 161] },
  stopRestarting: { path: 'M380 172C380 250 330 300 270 300', label: [376, 272, 'middle'], mark: [356, 250] },
  removeCreated: {
    path: 'M268 40H426Q438 40 438 52V424Q438 436 426 436H232Q220 436 220 424V414',
    label: [352, 29, 'middle'],
    mark: [352, 40],
  },
  remove: { path: 'M220 322V366', label: [234, 350, 'start'], mark: [220, 342] },
  destroy: { path: 'M268 390H362', label: [316, 378, 'middle'], mark: [314, 390] },
  removalFailed: { path: 'M172 380H110', label: [140, 368, 'middle'], mark: [141, 380] },
  removeDead: { path: 'M108 400H170', label: [140, 422, 'middle'], mark: [139, 400] },
};

/** Where it stands how a process came to its end, a line each. */
export const CAUSES: readonly [x: number, y: number] = [258, 216];
