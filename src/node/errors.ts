/** An error of the user's, shown without a stack. */
export class UserError extends Error {
  readonly expected = true;
}
