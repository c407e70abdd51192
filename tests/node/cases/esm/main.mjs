import fs, { readFileSync } from 'node:fs';
import { basename } from 'path';
import standard, * as lib from './lib.mjs';

console.log(
  fs.readFileSync === readFileSync,
  standard,
  lib.named,
  basename(import.meta.url),
  basename(import.meta.filename),
  typeof import.meta.dirname,
);
console.log(typeof require, typeof module, this);
const { default: late } = await import('./lib.mjs');
console.log(late);
await new Promise((resolve) => setTimeout(resolve, 5));
console.log('after');
try {
  await import('./missing.mjs');
} catch (error) {
  console.log(error.code ?? 'ERR_MODULE_NOT_FOUND');
}
