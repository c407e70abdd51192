import type { CheckResult, SourceExcerpt, VertexWarning } from '../../api/build.ts';
import { marshal } from '../../base/go-json.ts';
import type { Cli } from '../cli.ts';

/** The lines of a Dockerfile that something is about, and some around them. Models BuildKit solver/errdefs/source.go. */
export function excerptText({ filename, data, startLine, endLine }: SourceExcerpt): string {
  const lines = data.split('\n');
  if (startLine > lines.length || startLine < 1) return '';
  let start = startLine;
  let end = Math.min(endLine, lines.length);
  const padding = end === start ? 4 : 2;
  for (let added = 0; added < padding; added++) {
    if (start > 1) {
      start--;
      added++;
    }
    if (end !== lines.length) {
      end++;
      added++;
    }
  }
  const rule = '--------------------\n';
  const shown = lines.slice(start - 1, end).map((line, i) => {
    const number = start + i;
    const mark = number >= startLine && number <= endLine ? '>>>' : '   ';
    return ` ${String(number).padStart(3)} | ${mark} ${line}\n`;
  });
  return `${filename}:${startLine}\n${rule}${shown.join('')}${rule}`;
}

/** What the build checks have found, below a build. Models buildx commands/build.go, printWarnings. */
export function warningsText(found: readonly VertexWarning[], debug: boolean): string {
  // Those that say the same of the same place are one (buildx util/progress, dedupWarnings).
  const warnings = [...new Map(found.map((one) => [marshal({ ...one, vertex: '' }), one])).values()];
  if (warnings.length === 0) return '';
  const count = warnings.length === 1 ? '1 warning' : `${warnings.length} warnings`;
  const title = `\n \x1b[33m${count} found${debug ? '' : ' (use docker --debug to expand)'}:\n\x1b[0m`;
  const all = warnings.map(({ short, detail, url, source }) => {
    if (!debug) return ` - ${short}\n`;
    return ` - ${short}\n${detail.map((line) => `${line}\n`).join('')}More info: ${url}\n${excerptText(source)}\n`;
  });
  return title + all.join('');
}

/**
 * What the build checks have found, as text or only their error; 1 if anything. Models BuildKit frontend/subrequests/lint.
 *
 * @param filename what the client calls the Dockerfile
 */
export async function showCheck(
  cli: Cli,
  { warnings, error }: CheckResult,
  filename: string | undefined,
  isText: boolean,
): Promise<number> {
  const count = warnings.length;
  const excerpt = (source: SourceExcerpt) =>
    excerptText({ ...source, filename: filename ?? source.filename });
  if (isText) {
    if (count > 0)
      await cli.out(
        `Check complete, ${count === 1 ? '1 warning has' : `${count} warnings have`} been found!\n`,
      );
    else if (error === undefined) await cli.out('Check complete, no warnings found.\n');
    for (const { rule, url, detail, source } of warnings.toSorted(
      (a, b) => a.source.startLine - b.source.startLine,
    ))
      await cli.out(`\nWARNING: ${rule} - ${url}\n${detail}\n${excerpt(source)}`);
  }
  if (error === undefined) return count === 0 ? 0 : 1;
  if (isText && count > 0) await cli.out('\n');
  await cli.err(`ERROR: ${error.message}\n${error.source === undefined ? '' : excerpt(error.source)}\n`);
  return 1;
}
