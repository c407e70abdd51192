/** What the io controller keeps for a cgroup. Disks take no time here, so that there is nothing to divide or to limit: what is set is kept. */
export class IoGroup {
  readonly parent: IoGroup | undefined;
  weight = 100;
  /** Limits by device number, each with its own. */
  readonly max = new Map<string, IoLimits>();

  constructor(parent?: IoGroup) {
    this.parent = parent;
  }
}

export type IoLimit = 'rbps' | 'wbps' | 'riops' | 'wiops';
export type IoLimits = Record<IoLimit, number>;
