import { globSync, readFileSync, writeFileSync } from 'node:fs';
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

/**
 * Plays every `console` block of every lesson at a terminal of a fresh machine, block after block, and compares what the machine printed with
 * what the lesson says. With `update`, writes what it printed into the lesson instead.
 */
export async function verifyLessons(report: Report, update: boolean): Promise<void> {
  for (const file of globSync('content/{en,zh-cn}/**/[!_]*.mdx').sort()) {
    const source = readFileSync(file, 'utf8');
    const front = parse(/^---\n([\s\S]*?)\n---/.exec(source)?.[1] ?? '') as {
      lesson?: string;
      scenario?: string;
    } | null;
    const simulation = openWorld(front?.scenario ?? 'learner', { seed: `lab:${front?.lesson}` });
    await new ScriptRunner(simulation).prepare([]);
    const typist = new Typist(simulation);
    let written = source;
    const replaced: { fence: Fence; text: string }[] = [];
    for (const fence of fences(source)) {
      const played: ConsoleStep[] = [];
      const { steps } = parseConsole(fence.text);
      try {
        for (const step of steps) {
          const { prompt, output } = await typist.type(step.command);
          played.push({ prompt: shorten(prompt, step.prompt), command: step.command, output });
        }
      } catch (error) {
        report.failed(`${file}:${fence.line}`, `${render(played)}${(error as Error).message}`);
        break;
      }
      const text = render(played);
      replaced.push({ fence, text });
      if (update) continue;
      if (text === render(steps)) report.passed();
      else
        report.failed(
          `${file}:${fence.line}: the machine prints otherwise`,
          `--- the lesson\n${fence.text}+++ the machine\n${text}`,
        );
    }
    for (const { program, error } of simulation.host.faults)
      report.failed(`${file}: fault in ${program}`, (error as Error)?.stack ?? String(error));
    if (!update) continue;
    for (const { fence, text } of replaced.reverse())
      written = written.slice(0, fence.start) + text + written.slice(fence.end);
    if (written !== source) writeFileSync(file, written);
  }
  sameInBothLanguages(report);
}

/** Lessons stay in step: the same file in each language, with the same ids, exercises and commands. */
function sameInBothLanguages(report: Report): void {
  const english = globSync('content/en/**/[!_]*.mdx').map((path) => path.slice('content/en/'.length));
  const chinese = globSync('content/zh-cn/**/[!_]*.mdx').map((path) => path.slice('content/zh-cn/'.length));
  for (const path of new Set([...english, ...chinese])) {
    if (!english.includes(path) || !chinese.includes(path)) {
      report.failed(path, 'is there in one language only');
      continue;
    }
    const [en, zh] = ['en', 'zh-cn'].map((locale) =>
      outline(readFileSync(`content/${locale}/${path}`, 'utf8')),
    );
    if (JSON.stringify(en) === JSON.stringify(zh)) report.passed();
    else report.failed(path, `the languages are out of step:\n${JSON.stringify(en)}\n${JSON.stringify(zh)}`);
  }
}

function outline(source: string) {
  const front = parse(/^---\n([\s\S]*?)\n---/.exec(source)?.[1] ?? '') as Record<string, unknown>;
  const { lesson, chapter, order, rows, exercises, scenario } = front;
  const commands = fences(source).map(({ text }) => parseConsole(text).steps.map((step) => step.command));
  const components = [...source.matchAll(/<(Exercise id="[^"]+"|Predict|Belief|Figure|Check)\b/g)].map(
    (match) => match[1],
  );
  return { lesson, chapter, order, rows, exercises, scenario, commands, components };
}
