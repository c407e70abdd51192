import { mkdir, writeFile } from 'node:fs/promises';
import type { AstroIntegration } from 'astro';
import { buildCatalogue, type Catalogue } from '../engine/images/build.ts';
import { hubRecipes } from '../engine/images/hub/recipes.ts';

/**
 * Builds the images of the simulated Docker Hub from their recipes and serves them beside the pages:
 * `/hub/index.json` and `/hub/blobs/sha256-….bin`. The lab's worker fetches a blob when it is first pulled.
 */
export function hubAssets(): AstroIntegration {
  return {
    name: 'drydock-hub-assets',
    hooks: {
      'astro:build:done': async ({ dir, logger }) => {
        const hub = buildCatalogue(hubRecipes);
        await mkdir(new URL('hub/blobs/', dir), { recursive: true });
        await writeFile(new URL('hub/index.json', dir), JSON.stringify(hub.index));
        for (const [digest, bytes] of hub.blobs) {
          await writeFile(new URL(`hub/blobs/${blobName(digest)}`, dir), bytes);
        }
        logger.info(`${hub.blobs.size} blobs of the simulated Hub`);
      },
      'astro:server:setup': ({ server }) => {
        let hub: Catalogue | undefined;
        server.middlewares.use('/hub', (request, response, next) => {
          hub ??= buildCatalogue(hubRecipes);
          const body = fileOf(hub, (request.url ?? '').split('?')[0] ?? '');
          if (body === undefined) next();
          else response.end(body);
        });
      },
    },
  };
}

function fileOf(hub: Catalogue, path: string): string | Uint8Array | undefined {
  if (path === '/index.json') return JSON.stringify(hub.index);
  for (const [digest, bytes] of hub.blobs) if (path === `/blobs/${blobName(digest)}`) return bytes;
  return undefined;
}

/** `/hub/blobs/sha256-….bin` for `sha256:…`: a colon is no character for a file name everywhere. */
function blobName(digest: string): string {
  return `${digest.replace(':', '-')}.bin`;
}
