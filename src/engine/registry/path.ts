/** Pieces of the patterns of paths (distribution, registry/api/v2/descriptors.go). */
const PATH = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const DOMAIN = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const HOST = `${DOMAIN}(?:\\.${DOMAIN})*(?::[0-9]+)?`;

export const NAME = `(?<name>(?:${HOST}/)?${PATH}(?:/${PATH})*)`;
export const TAG_OR_DIGEST =
  '(?<reference>[\\w][\\w.-]{0,127}|[A-Za-z][A-Za-z0-9]*(?:[+._-][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F=_-]+)';
export const DIGEST = '(?<reference>[A-Za-z][A-Za-z0-9]*(?:[+._-][A-Za-z][A-Za-z0-9]*)*:[0-9a-zA-Z=_-]+)';
export const UPLOAD_ID = '(?<reference>[a-zA-Z0-9\\-_.=]+)';
