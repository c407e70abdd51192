import { describe, expect, it } from 'vitest';
import { Catalogue } from '../../src/engine/images/build.ts';
import { hubRecipes } from '../../src/engine/images/hub/recipes.ts';
import { lateLoader } from '../../src/engine/world/late/code.ts';
import type { Journal } from '../../src/lab/journal.ts';
import { newJournal, Session } from '../../src/lab/session.ts';
import { hostParts } from '../../src/node/host-parts.ts';
import { realTime } from '../../src/node/real-time.ts';
import { WebContainerPrograms } from '../../src/workspace/javascript/web-container.ts';
import { cases } from './contract.ts';
import { standInContainer } from './stand-in.ts';

const START = Date.UTC(2026, 10, 21, 8, 0, 0);
const images = new Catalogue(hubRecipes);

/** A lab in real time, on a journal, and what its terminal has shown. */
async function openLab(
  journal: Journal,
  onOrder?: (order: Parameters<WebContainerPrograms['take']>[0]) => void,
) {
  let text = '';
  const problems: string[] = [];
  const decoder = new TextDecoder();
  const session = await Session.open({
    host: {
      macrotask: () => new Promise((resolve) => setImmediate(resolve)),
      fetch: async (key) => images.fetch(key),
      load: lateLoader(hostParts),
    },
    journal,
    setup: [],
    time: realTime,
    onOutput: (bytes) => {
      text += decoder.decode(bytes, { stream: true }).replace(/\r|\x1b\[[?\d;]*[a-zA-Z]/g, '');
    },
    onEntry: () => undefined,
    ...(onOrder && { onOrder }),
    onProblem: (problem) => problems.push(problem),
  });
  let marks = 0;
  const type = async (line: string): Promise<string> => {
    const mark = `#${++marks}#`;
    const before = text.length;
    await session.type(`${line}; echo "${mark.replaceAll('#', '""#')}"\r`);
    const end = () => text.indexOf(`${mark}\n`, before);
    await expect.poll(end, { timeout: 60_000 }).toBeGreaterThan(0);
    return text.slice(before, end());
  };
  return { session, type, problems, shown: () => text };
}

const freshJournal = () => newJournal('contract', 'learner', 'contract', START);

async function write(
  session: Session,
  files: Readonly<Record<string, string>>,
  type: (line: string) => Promise<string>,
) {
  await type('rm -rf app');
  for (const [path, content] of Object.entries(files)) {
    await type(`mkdir -p app/${path.replace(/[^/]*$/, '')}`);
    await session.save(`/home/learner/app/${path}`, new TextEncoder().encode(content));
  }
}

describe.each(['embedded', 'webcontainer'] as const)('the JavaScript host: %s', (host) => {
  it('keeps the contract', { timeout: 300_000 }, async () => {
    let programs: WebContainerPrograms | undefined;
    const started: unknown[] = [];
    const lab = await openLab(freshJournal(), (order) => {
      if (order.is === 'start') started.push(order);
      programs?.take(order);
    });
    const { session, type } = lab;
    await session.enter({ kind: 'terminal.open', terminal: 0, columns: 200, rows: 50 });
    if (host === 'webcontainer') {
      programs = new WebContainerPrograms(await standInContainer(), (report) => void session.report(report));
      await session.useJavaScript('webcontainer');
    }
    await type('docker pull -q node:24-alpine');
    for (const { name, files, line, shows } of cases) {
      await write(session, files, type);
      expect(await type(line), name).toMatch(shows);
    }
    expect(lab.problems).toEqual([]);
    expect(started).toHaveLength(host === 'webcontainer' ? cases.length : 0);
    programs?.close();
    await session.close();
  });
});

describe('a lab whose programs have run outside', () => {
  const SERVE = 'docker run --rm -v $PWD/app:/app -w /app node:24-alpine node app.js';
  const app = (text: string) => ({ 'app.js': text });

  it('replays without the host, and what was running there has ended', { timeout: 120_000 }, async () => {
    let programs: WebContainerPrograms | undefined;
    const lab = await openLab(freshJournal(), (order) => programs?.take(order));
    const { session, type } = lab;
    await session.enter({ kind: 'terminal.open', terminal: 0, columns: 200, rows: 50 });
    programs = new WebContainerPrograms(await standInContainer(), (report) => void session.report(report));
    await session.useJavaScript('webcontainer');
    await type('docker pull -q node:24-alpine');
    await write(session, app("console.log('it says', process.pid); setInterval(() => {}, 1000);"), type);
    await type(
      `${SERVE.replace('--rm', '-d --name web')} > /dev/null; until docker logs web | grep says; do sleep 0.1; done`,
    );
    const before = lab.shown();
    await session.close();
    programs.close();

    const again = await openLab(JSON.parse(JSON.stringify(session.journal)), () => {
      throw new Error('an order to a host that is gone');
    });
    await expect.poll(again.shown, { timeout: 30_000 }).toBe(before);
    expect(await again.type('docker wait web')).toMatch(/^137$/m);
    await write(again.session, app("console.log('runs', 'within');"), again.type);
    expect(await again.type(SERVE)).toMatch(/^runs within$/m);
    expect(again.problems).toEqual([]);
    await again.session.close();
  });

  it('runs within, and says why, what cannot be run there', { timeout: 120_000 }, async () => {
    const lab = await openLab(freshJournal(), (order) => {
      if (order.is === 'start')
        void lab.session.report({ is: 'unavailable', run: order.run, reason: 'it has been closed' });
    });
    const { session, type } = lab;
    await session.enter({ kind: 'terminal.open', terminal: 0, columns: 200, rows: 50 });
    await session.useJavaScript('webcontainer');
    await type('docker pull -q node:24-alpine');
    await write(session, app("console.log('runs', 'within');"), type);
    expect(await type(SERVE)).toMatch(
      /^node: not run in the WebContainer: it has been closed\nnode: Drydock's embedded interpreter runs it\.\nruns within$/m,
    );
    expect(await type(SERVE.replace('/app -w /app', '/x').replace('app.js', '/x/none.js'))).toContain(
      "Cannot find module '/x/none.js'",
    );
    expect(await type('docker run --rm -v $PWD/app/app.js:/app.js node:24-alpine node app.js')).toMatch(
      /app\.js lies in \/: give it a directory of its own[\s\S]*runs within/,
    );
    await session.close();
  });
});
