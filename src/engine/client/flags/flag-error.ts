/** Thrown for a flag that does not exist or a value that it does not take. */
export class FlagError extends Error {}
