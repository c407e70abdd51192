import type { CheckResult, SourceExcerpt } from '../../api/build.ts';
import type { Outline, RequestDescription, RequestLocation, TargetList } from '../../api/build-requests.ts';
import { encode } from '../../base/bytes.ts';
import { marshalIndent } from '../../base/go-json.ts';
import { alignColumns } from '../../base/go-tabwriter.ts';
import { encodeBase64 } from '../../userland/lib/base64.ts';
import type { Cli } from '../cli.ts';
import type { CallFunction } from './call.ts';
import { showCheck } from './report.ts';

/** What was asked instead of building, and what came of it. */
export type CallResult = { json: string } | { found: CheckResult };

/** Shows it as a table or as JSON; gives the client's status. Models buildx commands/build.go, printResult. */
export async function showCallResult(
  cli: Cli,
  { name, format, ignoresStatus }: CallFunction,
  result: CallResult,
  dockerfile: string | undefined,
): Promise<number> {
  if ('found' in result) {
    const { found } = result;
    if (format === 'json') await cli.out(`${marshalIndent(checkJson(found))}\n`);
    const status = await showCheck(cli, found, dockerfile, format !== 'json');
    return ignoresStatus && found.error === undefined ? 0 : status;
  }
  const { json } = result;
  if (format === 'json') await cli.out(`${json}\n`);
  else if (name === 'outline') await cli.out(outlineText(JSON.parse(json) as Outline));
  else if (name === 'targets') await cli.out(targetsText(JSON.parse(json) as TargetList));
  else await cli.out(describeText(JSON.parse(json) as RequestDescription[]));
  return 0;
}

function outlineText({ name = '', description = '', args = [], secrets = [] }: Outline): string {
  let out = '';
  if (name !== '' || description !== '') {
    const more = description === '' ? '' : `DESCRIPTION:\t${description}\n`;
    out += `${alignColumns(`TARGET:\t${name || '(default)'}\n${more}`, 0, 1)}\n`;
  }
  if (args.length > 0) {
    const rows = args.map((arg) => `${arg.name}\t${arg.value ?? ''}\t${arg.description ?? ''}\n`);
    out += `${alignColumns(`BUILD ARG\tVALUE\tDESCRIPTION\n${rows.join('')}`, 0, 3)}\n`;
  }
  if (secrets.length > 0) {
    const rows = secrets.map((secret) => `${secret.name}\t${secret.required ? 'true' : ''}\n`);
    out += `${alignColumns(`SECRET\tREQUIRED\n${rows.join('')}`, 0, 3)}\n`;
  }
  return out;
}

function targetsText({ targets }: TargetList): string {
  const rows = targets.map(({ name = '', default: isDefault, description = '' }) => {
    const shown = isDefault ? `${name} (default)`.trimStart() : name;
    return `${shown}\t${description}\n`;
  });
  return alignColumns(`TARGET\tDESCRIPTION\n${rows.join('')}`, 0, 1);
}

function describeText(all: readonly RequestDescription[]): string {
  const rows = all.map(
    ({ name, version, description }) => `${name.replace(/^frontend\./, '')}\t${version}\t${description}\n`,
  );
  return alignColumns(`NAME\tVERSION\tDESCRIPTION\n${rows.join('')}`, 0, 1);
}

/** As BuildKit's LintResults are written, but for how the frontend came by the Dockerfile (`definition`). */
function checkJson({ warnings, error, source }: CheckResult): object {
  const all = warnings.map(({ rule: ruleName, description, url, detail, source: lines }) => {
    const location = locationOf(lines);
    return { ruleName, description, url, detail, location };
  });
  const { filename, data } = source;
  return {
    warnings: all.length === 0 ? null : all,
    sources: [{ filename, data: encodeBase64(encode(data)), language: 'Dockerfile' }],
    ...(error === undefined
      ? {}
      : {
          buildError: {
            message: error.message,
            location: error.source === undefined ? {} : locationOf(error.source),
          },
        }),
  };
}

function locationOf({ startLine, endLine }: SourceExcerpt): RequestLocation {
  const lines = Array.from({ length: endLine - startLine + 1 }, (_, i) => ({ line: startLine + i }));
  return { ranges: lines.map((position) => ({ start: position, end: position })) };
}
