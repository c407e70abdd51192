import { createServer } from 'node:net';
import lighthouse from 'lighthouse';
import { chromium } from 'playwright-core';
import { courseServer } from '../scripts/serve.mjs';

/**
 * From navigation to a prompt that answers, in headless Chromium on loopback, beside the first paint of a page of text
 * in the same run, for a fresh browser is still starting then; and the bytes that it takes; then Lighthouse on the lesson page. `node bench/prompt.ts`, after a build.
 */
const LESSON = '/en/running-containers/anatomy-of-docker-run/';
/** A page of text alone: what it takes is what a browser takes to start. */
const TEXT = '/en/about/';
const RUNS = 5;
/** A minimal Linux in v86, measured on the machine that this was first built on: bytes (brotli) to its prompt. */
const V86_BYTES = 3_400_000;

const executablePath = process.env['DRYDOCK_CHROMIUM'] || '/usr/bin/chromium';
const server = courseServer(process.env['DRYDOCK_DIST'] ?? 'dist');
const sockets = new Set<{ bytesWritten: number }>();
server.on('connection', (socket) => sockets.add(socket));
await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
const address = server.address();
if (address === null || typeof address === 'string') throw new Error('no port');
const url = `http://localhost:${address.port}${LESSON}`;
let failed = false;

/** What Chromium itself needs in a fresh profile: milliseconds from navigation to the first paint of a page of text. */
async function toFirstPaint() {
  const browser = await chromium.launch({ executablePath });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(url.replace(LESSON, TEXT));
    const paint = await page.waitForFunction(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
    );
    return (await paint.jsonValue()) ?? 0;
  } finally {
    await browser.close();
  }
}

/** One fresh browser profile: milliseconds to the prompt and to an answer, and the bytes that came over the wire. */
async function toPrompt() {
  const browser = await chromium.launch({ executablePath });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    // Watches the screen from inside the page, so that asking does not slow it down.
    await page.addInitScript(() => {
      const times = { prompt: 0, answer: 0 };
      Object.assign(window, { times });
      let typed = false;
      const look = () => {
        const rows = document.querySelector('.xterm-rows');
        const text = rows?.textContent?.replaceAll('\u00a0', ' ') ?? '';
        if (!typed && /\$ *$/.test(text)) {
          typed = true;
          times.prompt = performance.now();
          document.dispatchEvent(
            new CustomEvent('drydock:command', { detail: { command: 'echo answers=$((6*7))', machine: '' } }),
          );
        }
        if (!typed || !text.includes('answers=42')) return;
        times.answer = performance.now();
        watcher.disconnect();
      };
      const watcher = new MutationObserver(look);
      const watch = () => {
        const workspace = document.getElementById('workspace');
        if (workspace) watcher.observe(workspace, { childList: true, subtree: true, characterData: true });
        look();
      };
      document.addEventListener('DOMContentLoaded', watch);
    });
    await page.goto(url, { waitUntil: 'commit' });
    await page.waitForFunction(
      () => (window as unknown as { times: { answer: number } }).times.answer > 0,
      null,
      {
        timeout: 30_000,
        polling: 50,
      },
    );
    const times = await page.evaluate(
      () => (window as unknown as { times: { prompt: number; answer: number } }).times,
    );
    const bytes = [...sockets].reduce((sum, socket) => sum + socket.bytesWritten, 0);
    return { ...times, bytes };
  } finally {
    await browser.close();
  }
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const runs = [];
const floors: number[] = [];
for (let run = 0; run < RUNS; run++) {
  floors.push(await toFirstPaint());
  sockets.clear();
  runs.push(await toPrompt());
}
const answer = median(runs.map((run) => run.answer));
const bytes = median(runs.map((run) => run.bytes));
const floor = median(floors);
report('a prompt that answers', `${answer.toFixed(0)} ms`, answer <= 500, '≤ 500 ms');
console.log(
  `  ${(answer / floor).toFixed(1)} times the first paint of a page of text (${floor.toFixed(0)} ms) in as fresh a browser`,
);
const ratio = V86_BYTES / bytes;
report('bytes until it answers', `${(bytes / 1000).toFixed(0)} kB`, ratio >= 12, '≤ 1/12 of 3.4 MB');
console.log(
  `  1/${ratio.toFixed(1)} of a minimal Linux in v86; single runs: ${runs.map((run) => `${run.answer.toFixed(0)} ms`).join(', ')}`,
);

const port = await freePort();
const chrome = await chromium.launch({ executablePath, args: [`--remote-debugging-port=${port}`] });
try {
  const result = await lighthouse(url, {
    port,
    output: 'json',
    onlyCategories: ['accessibility', 'best-practices', 'performance'],
    logLevel: 'error',
  });
  const least: Record<string, number> = { accessibility: 100, 'best-practices': 100, performance: 98 };
  for (const [id, category] of Object.entries(result?.lhr.categories ?? {})) {
    const score = Math.round((category.score ?? 0) * 100);
    report(`Lighthouse ${id}`, String(score), score >= (least[id] ?? 0), `≥ ${least[id]}`);
    for (const { id: audit } of category.auditRefs) {
      const found = result?.lhr.audits[audit];
      if (found?.score !== null && found?.score !== undefined && found.score < 0.9)
        console.log(`  ${audit}: ${found.displayValue ?? found.title}`);
    }
  }
} finally {
  await chrome.close();
}
server.close();
process.exit(failed ? 1 : 0);

function report(name: string, value: string, ok: boolean, target: string): void {
  console.log(`${name.padEnd(30)} ${value.padStart(10)}   ${target}${ok ? '' : '   MISSED'}`);
  failed ||= !ok;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, 'localhost', () => {
      const at = probe.address();
      probe.close(() => resolve(typeof at === 'object' && at !== null ? at.port : 0));
    });
  });
}
