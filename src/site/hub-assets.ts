import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import type { AstroIntegration } from 'astro';

/** What the simulated Docker Hub serves: an index, and blobs by digest. */
interface HubFiles {
  index: unknown;
  blobs: Iterable<readonly [digest: string, bytes: Uint8Array]>;
}

async function hubFiles(): Promise<HubFiles | undefined> {
  const images = new URL('../engine/images/index.ts', import.meta.url);
  if (!existsSync(images)) return undefined;
  const { buildCatalogue } = await import(/* @vite-ignore */ images.href);
  return buildCatalogue();
}

function fileOf(hub: HubFiles | undefined, path: string): string | Uint8Array | undefined {
  if (path === '/index.json') return hub && JSON.stringify(hub.index);
  for (const [digest, bytes] of hub?.blobs ?? []) if (path === `/blobs/${blobName(digest)}`) return bytes;
  return undefined;
}

/** `/hub/blobs/sha256-….bin` for `sha256:…`: a colon is no character for a file name everywhere. */
function blobName(digest: string): string {
  return `${digest.replace(':', '-')}.bin`;
}

/**
 * Builds the images of the simulated Docker Hub from their recipes and serves them beside the pages:
 * `/hub/index.json` and `/hub/blobs/sha256-….bin`. The lab's worker fetches a blob when it is first pulled.
 */
export function hubAssets(): AstroIntegration {
  return {
    name: 'drydock-hub-assets',
    hooks: {
      'astro:build:done': async ({ dir, logger }) => {
        const hub = await hubFiles();
        if (!hub) return logger.warn('There are no images yet: /hub is left out.');
        await mkdir(new URL('hub/blobs/', dir), { recursive: true });
        await writeFile(new URL('hub/index.json', dir), JSON.stringify(hub.index));
        let count = 0;
        for (const [digest, bytes] of hub.blobs) {
          await writeFile(new URL(`hub/blobs/${blobName(digest)}`, dir), bytes);
          count++;
        }
        logger.info(`${count} blobs of the simulated Hub`);
      },
      'astro:server:setup': ({ server }) => {
        let hub: Promise<HubFiles | undefined> | undefined;
        server.middlewares.use('/hub', async (request, response, next) => {
          hub ??= hubFiles();
          const body = fileOf(await hub, (request.url ?? '').split('?')[0] ?? '');
          if (body === undefined) next();
          else response.end(body);
        });
      },
    },
  };
}
