import { DockerfileError } from './ast.ts';
import { cleanPath } from './workdir.ts';

/** A Git repository as the source of files, and what of it. Models BuildKit dfgitutil.GitRef. */
export interface GitRef {
  /** What git is given. */
  remote: string;
  /** A branch, a tag, a whole ref or a commit; empty for the repository's own choice. */
  ref: string;
  /** Below the root; empty for all. */
  subdir: string;
  /** What the commit's id must begin with. */
  checksum: string;
  keepGitDir: boolean;
}

/**
 * Reads `https://HOST/REPO.git#REF:DIR` and the like; undefined for what is no Git repository. Over HTTP only what ends in `.git`
 * is one. Throws `DockerfileError`.
 */
export function parseGitRef(text: string): GitRef | undefined {
  const [, url = '', , query = '', , fragment = ''] = /^([^?#]*)(\?([^#]*))?(#(.*))?$/s.exec(text) ?? [];
  const isHttp = /^https?:\/\//i.test(url);
  const isGit =
    (isHttp && /^https?:\/\/[^/]+\/.*\.git$/i.test(url)) ||
    /^(?:git|ssh):\/\//i.test(url) ||
    /^[\w.-]+@[\w.-]+:(?!\/\/)/.test(url);
  if (!isGit) return undefined;
  const [ref = '', ...below] = fragment.split(':');
  const found: GitRef = {
    remote: url,
    ref,
    subdir: cleanPath(`/${below.join(':')}`).slice(1),
    checksum: '',
    keepGitDir: false,
  };
  readQuery(found, query);
  return found;
}

function readQuery(found: GitRef, query: string): void {
  const named: { branch?: string; tag?: string } = {};
  const fields = new Map<string, string[]>();
  for (const part of query.split('&').filter((one) => one !== '')) {
    const [key = '', ...value] = part.split('=');
    const name = decodeURIComponent(key);
    fields.set(name, [...(fields.get(name) ?? []), decodeURIComponent(value.join('=').replace(/\+/g, ' '))]);
  }
  for (const [key, [value = '', ...more]] of fields) {
    if (more.length > 0) throw new DockerfileError(`query "${key}" has multiple values`);
    const isSwitch = key === 'submodules' || key === 'keep-git-dir';
    if (value === '' && !isSwitch) throw new DockerfileError(`query "${key}" has no value`);
    if (key === 'ref') take(found, 'ref', value);
    else if (key === 'subdir') take(found, 'subdir', value);
    else if (key === 'tag' || key === 'branch') named[key] = value;
    else if (key === 'checksum' || key === 'commit') found.checksum = value;
    else if (isSwitch) {
      if (!/^(|1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(value))
        throw new DockerfileError(`invalid ${key} value: "${value}"`);
      // Other repositories within one are not brought anyway.
      if (key === 'keep-git-dir') found.keepGitDir = !/^[0fF]/.test(value);
    } else throw new DockerfileError(`unexpected query "${key}"`);
  }
  const { tag, branch } = named;
  if (tag !== undefined) take(found, 'ref', `refs/tags/${tag.replace(/^refs\/tags\//, '')}`);
  if (branch === undefined) return;
  if (tag !== undefined) throw new DockerfileError('branch conflicts with tag');
  take(found, 'ref', `refs/heads/${branch.replace(/^refs\/heads\//, '')}`);
}

function take(found: GitRef, field: 'ref' | 'subdir', value: string): void {
  if (found[field] !== '' && found[field] !== value)
    throw new DockerfileError(`${field} conflicts: "${found[field]}" vs "${value}"`);
  found[field] = value;
}
