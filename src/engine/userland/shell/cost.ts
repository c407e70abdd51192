/**
 * What a step of a script costs that makes no system call, in microseconds of the machine's time: a command, a turn of a loop.
 *
 * A fast laptop needs one or two. This machine needs what an old one does, so that a loop that is busy for a second of its time
 * keeps the simulation busy for less than that, and two of them leave it time for the rest.
 */
export const STEP_COST = 5;
