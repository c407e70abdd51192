/** What the net_cls controller keeps for a cgroup: a class for traffic control, which is not modelled. */
export class NetClsGroup {
  classid: number;

  constructor(parent?: NetClsGroup) {
    this.classid = parent?.classid ?? 0;
  }
}
