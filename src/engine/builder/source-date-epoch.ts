import { DockerfileError } from './ast.ts';

/**
 * The time that whatever a build makes is to bear, from the build argument SOURCE_DATE_EPOCH, in seconds; undefined where none is
 * given. Models BuildKit frontend/dockerui/attr.go, parseSourceDateEpoch (reproducible-builds.org/specs/source-date-epoch).
 *
 * @returns ms since 1970
 */
export function sourceDateEpoch(buildArgs: Readonly<Record<string, string>>): number | undefined {
  const text = buildArgs['SOURCE_DATE_EPOCH'] ?? '';
  if (text === '') return undefined;
  const fault = (why: string) =>
    new DockerfileError(
      `invalid SOURCE_DATE_EPOCH: ${text}: strconv.ParseInt: parsing ${JSON.stringify(text)}: ${why}`,
    );
  if (!/^[+-]?\d+$/.test(text)) throw fault('invalid syntax');
  const seconds = BigInt(text.replace('+', ''));
  if (BigInt.asIntN(64, seconds) !== seconds) throw fault('value out of range');
  return Number(seconds) * 1000;
}
