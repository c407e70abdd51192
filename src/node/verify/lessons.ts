import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type ConsoleStep, parseConsole } from '../../course/console-block.ts';
import { ScriptRunner } from '../../lab/script.ts';
import { openWorld } from '../node-host.ts';
import type { Report } from './report.ts';
import { Typist } from './typist.ts';

interface Fence {
  /** Line of its first content line, from 1. */
  line: number;
  text: string;
  start: number;
  end: number;
}

/** The `console` fences of a lesson, in order. */
function fences(source: string): Fence[] {
  return [...source.matchAll(/^```console[^\n]*\n([\s\S]*?)^```/gm)].map((match) => {
    const start = match.index + match[0].indexOf('\n') + 1;
    return {
      line: source.slice(0, start).split('\n').length,
      text: match[1]!,
      start,
      end: start + match[1]!.length,
    };
  });
}

/** The shell's own prompt, which lessons shorten to its sign. */
const shorten = (prompt: string, written: string) =>
  /^[$#]$/.test(written) ? prompt.replace(/^.*([$#])$/, '$1') : prompt;

function render(steps: readonly ConsoleStep[]): string {
  return steps
    .map(
      ({ prompt, command, output }) =>
        `${prompt} ${command.replaceAll('\n', '\n> ')}\n${output === '' ? '' : `${output}\n`}`,
    )
    .join('');
}

const LOCALES = ['en', 'zh-cn'] as const;

/** The lessons, in either language: paths below `content/<locale>/`. */
export function lessonPaths(): string[] {
  const paths = LOCALES.flatMap((locale) =>
    globSync(`content/${locale}/**/[!_]*.mdx`).map((path) => path.slice(`content/${locale}/`.length)),
  );
  return [...new Set(paths)].sort();
}

/**
 * Plays every `console` block of a lesson at a terminal of a fresh machine, block after block, and compares what the machine printed with
 * what the lesson says in each language. With `update`, writes what it printed into the lesson instead.
 */
export async function verifyLesson(path: string, report: Report, update: boolean): Promise<void> {
  const files = LOCALES.map((locale) => `content/${locale}/${path}`).filter((file) => existsSync(file));
  if (files.length < LOCALES.length) report.failed(path, 'is there in one language only');
  const sources = files.map((file) => readFileSync(file, 'utf8'));
  const outlines = sources.map((source) => JSON.stringify(outline(source)));
  const inStep = outlines.every((one) => one === outlines[0]);
  if (files.length === LOCALES.length)
    report.check(inStep, path, () => `the languages are out of step:\n${outlines.join('\n')}`);
  // The same commands in the same order make the same world: one play tells for every language.
  let played: string[] | undefined;
  for (const [index, file] of files.entries()) {
    const source = sources[index]!;
    if (played === undefined || !inStep) played = await play(file, source, report);
    if (update) fillIn(file, source, played);
    else compare(file, source, played, report);
  }
}

/** What the machine prints for the fences of a lesson, in order; ends early where a prompt does not come back. */
async function play(file: string, source: string, report: Report): Promise<string[]> {
  const { lesson, scenario } = frontMatter(source);
  const simulation = openWorld(scenario ?? 'learner', { seed: `lab:${lesson}` });
  await new ScriptRunner(simulation).prepare([]);
  const typist = new Typist(simulation);
  const texts: string[] = [];
  for (const fence of fences(source)) {
    const played: ConsoleStep[] = [];
    try {
      for (const step of parseConsole(fence.text).steps) {
        const { prompt, output } = await typist.type(step.command);
        played.push({ prompt: shorten(prompt, step.prompt), command: step.command, output });
      }
    } catch (error) {
      report.failed(`${file}:${fence.line}`, `${render(played)}${(error as Error).message}`);
      break;
    }
    texts.push(render(played));
  }
  for (const { program, error } of simulation.host.faults)
    report.failed(`${file}: fault in ${program}`, (error as Error)?.stack ?? String(error));
  return texts;
}

function compare(file: string, source: string, played: readonly string[], report: Report): void {
  const written = fences(source);
  for (const [index, text] of played.entries()) {
    const fence = written[index];
    if (fence === undefined) break;
    report.check(
      text === render(parseConsole(fence.text).steps),
      `${file}:${fence.line}: the machine prints otherwise`,
      () => `--- the lesson\n${fence.text}+++ the machine\n${text}`,
    );
  }
}

function fillIn(file: string, source: string, played: readonly string[]): void {
  let written = source;
  for (const [index, fence] of [...fences(source).entries()].reverse())
    if (played[index] !== undefined)
      written = written.slice(0, fence.start) + played[index] + written.slice(fence.end);
  if (written !== source) writeFileSync(file, written);
}

interface FrontMatter extends Readonly<Record<string, unknown>> {
  readonly lesson?: string;
  readonly scenario?: string;
}

const frontMatter = (source: string): FrontMatter =>
  parse(/^---\n([\s\S]*?)\n---/.exec(source)?.[1] ?? '') ?? {};

/** What stays in step between the languages: the same ids, exercises, commands and components. */
function outline(source: string) {
  const { lesson, chapter, order, rows, exercises, scenario } = frontMatter(source);
  const commands = fences(source).map(({ text }) => parseConsole(text).steps.map((step) => step.command));
  const components = [...source.matchAll(/<(Exercise id="[^"]+"|Predict|Sort|Belief|Figure|Check)\b/g)].map(
    (match) => match[1],
  );
  return { lesson, chapter, order, rows, exercises, scenario, commands, components };
}
