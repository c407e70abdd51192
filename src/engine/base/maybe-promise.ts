/** A value that is here already or comes later. Callers that care for speed look before they `await`. */
export type MaybePromise<T> = T | Promise<T>;
