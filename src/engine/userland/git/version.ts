/** The version that Debian 12 has; what an image's own git may be newer in is not told apart. */
export const VERSION = '2.39.5';
