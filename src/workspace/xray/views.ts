/** The views of the X-ray, in the order of their tabs. */
export const xrayViews = [
  'processes',
  'states',
  'cgroups',
  'network',
  'images',
  'layers',
  'build',
  'registries',
  'wire',
  'trace',
] as const;
export type XrayView = (typeof xrayViews)[number];
