/** Which versions the runtime's programs say they are. */
export const CONTAINERD = {
  version: '2.1.5',
  gitCommit: 'fcd43222d6b07379a4be9786bda52438f0dd16a1',
} as const;
export const RUNC = { version: '1.1.5', gitCommit: 'v1.1.5-0-gf19387a6' } as const;
