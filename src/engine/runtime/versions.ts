/** Which versions the runtime's programs say they are: Debian's, as those of the recorded engine. */
export const CONTAINERD = {
  version: '2.1.9+unknown',
  gitCommit: '',
} as const;
export const RUNC = { version: '1.1.5+ds1', gitCommit: '1.1.5+ds1-1+deb12u1' } as const;
