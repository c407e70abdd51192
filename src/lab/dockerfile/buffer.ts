/** dockerfile-ast asks Node's Buffer for the bytes of a text. Only in its own worker: on a page other code looks for one. */
Object.assign(globalThis, { Buffer: { from: (text: string) => new TextEncoder().encode(text) } });
