import { mkdir, writeFile } from 'node:fs/promises';
import type { AstroIntegration } from 'astro';
import { Catalogue } from '../engine/images/build.ts';
import { hubRecipes } from '../engine/images/hub/recipes.ts';

/**
 * Builds the images of the simulated Docker Hub from their recipes and serves them beside the pages: `/hub/index.json` with the names
 * of the repositories, `/hub/REPOSITORY.json` with what is in one, and `/hub/blobs/sha256-….bin`. The lab's worker fetches each
 * when a pull first asks for it.
 */
export function hubAssets(): AstroIntegration {
  return {
    name: 'drydock-hub-assets',
    hooks: {
      'astro:build:done': async ({ dir, logger }) => {
        const hub = new Catalogue(hubRecipes);
        const write = async (path: string, content: string | Uint8Array) => {
          const file = new URL(`hub/${path}`, dir);
          await mkdir(new URL('.', file), { recursive: true });
          await writeFile(file, content);
        };
        await write('index.json', JSON.stringify(hub.names));
        const written = new Set<string>();
        for (const name of hub.names) {
          const { index, blobs } = hub.repository(name);
          await write(`${name}.json`, JSON.stringify(index));
          for (const [digest, bytes] of blobs) {
            if (!written.has(digest)) await write(`blobs/${blobName(digest)}`, bytes);
            written.add(digest);
          }
        }
        logger.info(`${hub.names.length} repositories of the simulated Hub, ${written.size} blobs`);
      },
      'astro:server:setup': ({ server }) => {
        let hub: Catalogue | undefined;
        server.middlewares.use('/hub', (request, response, next) => {
          hub ??= new Catalogue(hubRecipes);
          const body = fileOf(hub, (request.url ?? '').split('?')[0] ?? '');
          if (body === undefined) next();
          else response.end(body);
        });
      },
    },
  };
}

function fileOf(hub: Catalogue, path: string): string | Uint8Array | undefined {
  if (path === '/index.json') return JSON.stringify(hub.names);
  const blob = /^\/blobs\/sha256-(\w+)\.bin$/.exec(path);
  if (blob) return hub.blob(`sha256:${blob[1]}`);
  const name = /^\/(.+)\.json$/.exec(path)?.[1] ?? '';
  return hub.names.includes(name) ? JSON.stringify(hub.repository(name).index) : undefined;
}

/** `sha256-….bin` for `sha256:…`: a colon is no character for a file name everywhere. */
function blobName(digest: string): string {
  return `${digest.replace(':', '-')}.bin`;
}
