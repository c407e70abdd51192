import type { Repository } from './history.ts';

const CREW = 'Drydock <crew@example.com>';
const MATE = 'Robin Mate <robin@example.com>';

/** Files that lie in the folder under the names that they have in the repository. */
const same = (...paths: string[]): Record<string, string> =>
  Object.fromEntries(paths.map((path) => [path, path]));

/** What the host has: our own small projects; koa-demos has the name that a tutorial clones. */
export const REPOSITORIES: readonly Repository[] = [
  {
    path: 'ruanyf/koa-demos',
    description: 'Small programs for Koa',
    folder: 'koa-demos',
    head: 'master',
    changes: [
      {
        branch: 'master',
        author: CREW,
        at: [2017, 8, 7, 9],
        message: 'A first server',
        files: {
          'README.md': 'README.first.md',
          'package.json': 'package.first.json',
          '.gitignore': 'gitignore',
          ...same('demos/01.js', 'demos/02.js'),
        },
      },
      {
        branch: 'master',
        author: CREW,
        at: [2017, 8, 9, 15],
        message: 'Kinds of answers, routes, files',
        files: same('demos/03.js', 'demos/04.js', 'demos/05.js', 'package.json'),
      },
      {
        branch: 'master',
        author: MATE,
        at: [2017, 8, 21, 8],
        message: 'Middleware and bodies',
        files: same('demos/06.js', 'demos/07.js', 'demos/08.js'),
      },
      {
        branch: 'master',
        author: CREW,
        at: [2017, 9, 3, 10],
        message: 'Say what each program shows',
        files: same('README.md'),
      },
    ],
  },
  {
    path: 'drydock-course/greeter',
    description: 'A build context to fetch',
    folder: 'greeter',
    head: 'main',
    changes: [
      {
        branch: 'main',
        author: CREW,
        at: [2026, 9, 14, 8],
        message: 'Print a greeting',
        files: same('README.md', 'Dockerfile', 'greeting.txt', 'hello.sh'),
        tag: ['v1', 'The first that greets'],
      },
      {
        branch: 'main',
        author: MATE,
        at: [2026, 9, 16, 13],
        message: 'Serve it, too',
        files: same('web/Dockerfile', 'web/index.html'),
      },
      {
        branch: 'polite',
        from: 'main',
        author: MATE,
        at: [2026, 9, 18, 7],
        message: 'Better manners',
        files: { 'greeting.txt': 'greeting.polite.txt' },
      },
      {
        branch: 'main',
        author: CREW,
        at: [2026, 9, 21, 16],
        message: 'Greet for all of us',
        files: { 'greeting.txt': 'greeting.second.txt' },
      },
    ],
  },
];
