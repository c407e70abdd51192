import type { Recipe } from '../recipe.ts';
import { program } from '../tree.ts';

/** One static binary and nothing else: no shell, no libraries. */
export const helloWorld: Recipe = {
  repository: 'library/hello-world',
  tags: ['latest', 'linux'],
  created: '2025-08-08T19:05:17Z',
  steps: [
    {
      createdBy: 'COPY hello / # buildkit',
      comment: 'buildkit.dockerfile.v0',
      files: { hello: program('hello-world', 10_072) },
    },
    { createdBy: 'CMD ["/hello"]', comment: 'buildkit.dockerfile.v0' },
  ],
  config: {
    Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    Cmd: ['/hello'],
    WorkingDir: '/',
  },
};
