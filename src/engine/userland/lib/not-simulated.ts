/**
 * What the real program can do and this one does not. A program throws it before it has done anything, and ends with
 * `NAME: … is not simulated in Drydock` and its status of failure: what is asked for is never passed over in silence.
 */
export class NotSimulated extends Error {
  constructor(what: string) {
    super(`${what} is not simulated in Drydock`);
  }
}
