import { ScriptRunner } from '../src/lab/script.ts';
import { openWorld } from '../src/node/node-host.ts';
import { cpu, type Figure, ms } from './figure.ts';

/** The figures of builds: the walkthrough's image of Koa built again when nothing has changed, and a context of many files. */
export async function buildFigures(): Promise<Figure[]> {
  return [await cachedRebuild(), ...(await largeContext())];
}

const REBUILDS = 25;

const KOA = `FROM node:24-alpine
COPY . /app
WORKDIR /app
RUN npm install --silent koa
EXPOSE 3000
CMD ["node", "app.js"]
`;
/** How many of its instructions make something that the cache can have. */
const STEPS = 3;

async function cachedRebuild(): Promise<Figure> {
  const run = await machine();
  // A directory of its own: in the home directory docker itself writes down every build, so that the next has another context.
  await run('mkdir koa-demos; cat > koa-demos/Dockerfile', KOA);
  await run(
    'cat > koa-demos/app.js',
    "const Koa = require('koa');\nnew Koa().use((ctx) => { ctx.body = 'Hello'; }).listen(3000);\n",
  );
  const build = () => run('docker build -t koa-demos koa-demos');
  await build();
  const cost = await best(async () => {
    const told = await build();
    if (told.match(/CACHED/g)?.length !== STEPS) throw new Error(`not from the cache: ${told}`);
  }, REBUILDS);
  return {
    name: 'the image of Koa built again, all from the cache',
    found: `${ms(cost)} of CPU`,
    wanted: '< 20 ms',
    met: cost < 20,
  };
}

const FILES = 5000;

/**
 * A context is compared with what an earlier build has brought, and hashed to see whether `COPY` is in the cache: where one file has
 * a new time, which counts for the first and not for the second; and where one has another content, so that a layer is made too.
 */
async function largeContext(): Promise<Figure[]> {
  const run = await machine();
  await run(
    `for d in $(seq ${FILES / 100}); do mkdir -p src/$d; for f in $(seq 100); do echo "export const n = $d$f;" > src/$d/$f.js; done; done`,
  );
  await run('cat > Dockerfile', 'FROM scratch\nCOPY src /src\n');
  await run('docker build -q .');
  const compared = await best(() => run('touch src/7/7.js; docker build -q .'), 1);
  let turn = 0;
  const built = await best(() => run(`echo ${++turn} > src/7/7.js; docker build -q .`), 1);
  return [
    {
      name: `a context of ${FILES} files hashed and compared`,
      found: `${ms(compared)} of CPU`,
      wanted: '< 500 ms',
      met: compared < 500,
    },
    { name: '  where one has changed, with its new layer', found: ms(built), wanted: '', met: undefined },
  ];
}

/** A machine with Docker and the base image, whose commands must go well. Gives what they say on standard error. */
async function machine(): Promise<(cmd: string, stdin?: string) => Promise<string>> {
  const runner = new ScriptRunner(openWorld('learner'));
  await runner.prepare(['node:24-alpine']);
  return async (cmd, stdin) => {
    const { exit, stderr } = await runner.run({ cmd, ...(stdin === undefined ? {} : { stdin }) });
    if (exit !== 0) throw new Error(`${cmd}: ${stderr}`);
    return stderr;
  };
}

/** The least CPU time of one `act` in several turns of so many, ms: the first turns compile. */
async function best(act: () => Promise<unknown>, times: number): Promise<number> {
  const costs: number[] = [];
  for (let round = 0; round < 6; round++) {
    const begun = cpu();
    for (let i = 0; i < times; i++) await act();
    costs.push((cpu() - begun) / times);
  }
  return Math.min(...costs);
}
