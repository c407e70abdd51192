import type { SourceExcerpt, VertexWarning } from '../../api/build.ts';

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
export function warningsText(warnings: readonly VertexWarning[], debug: boolean): string {
  if (warnings.length === 0) return '';
  const count = warnings.length === 1 ? '1 warning' : `${warnings.length} warnings`;
  const title = `\n \x1b[33m${count} found${debug ? '' : ' (use docker --debug to expand)'}:\n\x1b[0m`;
  const all = warnings.map(({ short, detail, url, source }) => {
    if (!debug) return ` - ${short}\n`;
    return ` - ${short}\n${detail.map((line) => `${line}\n`).join('')}More info: ${url}\n${excerptText(source)}\n`;
  });
  return title + all.join('');
}
