import { readdir, readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import type { AstroIntegration } from 'astro';

const compress = promisify(brotliCompress);
/** Layers of the simulated Hub (.bin) are compressed already. */
const COMPRESSIBLE = /\.(html|css|js|json|svg|xml|ttf|wasm)$/;
/** The best compression takes ten times the time; for the editor, which few open, the second best will do. */
const BEST_UNTIL = 1_500_000;

/** Puts a `.br` beside each file that compresses, for `scripts/serve.mjs` and other servers that look for them. */
export function precompressed(): AstroIntegration {
  return {
    name: 'drydock-precompressed',
    hooks: {
      'astro:build:done': async ({ dir, logger }) => {
        const names = (await readdir(dir, { recursive: true })).map((name) => name.replaceAll('\\', '/'));
        const files = names.filter((name) => COMPRESSIBLE.test(name));
        await Promise.all(
          files.map(async (name) => {
            const bytes = await readFile(new URL(name, dir));
            const quality = bytes.length > BEST_UNTIL ? 9 : 11;
            const params = {
              [constants.BROTLI_PARAM_QUALITY]: quality,
              [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
            };
            await writeFile(new URL(`${name}.br`, dir), await compress(bytes, { params }));
          }),
        );
        logger.info(`${files.length} files compressed`);
      },
    },
  };
}
