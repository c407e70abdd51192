/** Whether an error is the platform's way to say that calls were nested too deep: RangeError of V8 and JavaScriptCore, InternalError of SpiderMonkey. */
export const isStackOverflow = (error: unknown): boolean =>
  error instanceof Error && /call stack size exceeded|too much recursion/i.test(error.message);

/** Whether an error is the platform's way to say that a text or a table would have been larger than any can be. */
export const isTooLarge = (error: unknown): boolean =>
  error instanceof RangeError &&
  /invalid (string|array|typed array|array buffer) length|allocation|maximum size/i.test(error.message);
