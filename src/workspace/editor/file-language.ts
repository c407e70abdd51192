const NAMED: readonly [pattern: RegExp, language: string][] = [
  [/^(?:Docker|Container)file(?:\..+)?$|\.(?:Docker|docker)file$/, 'dockerfile'],
  [/^\.?(?:bash|profile|ash|zsh)(?:rc|_profile|_aliases)?$|\.(?:sh|bash|ash)$/, 'shell'],
  [/\.ya?ml$/, 'yaml'],
  [/\.json$/, 'json'],
  [/\.[cm]?js$/, 'javascript'],
  [/\.py$/, 'python'],
  [/\.html?$/, 'html'],
  [/\.css$/, 'css'],
  [/\.(?:ini|conf|cfg|toml|service)$|^\.env$/, 'ini'],
];

/** The language of a file, by its name or, where that does not tell, by the interpreter that its first line names. */
export function languageOf(path: string, text: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const named = NAMED.find(([pattern]) => pattern.test(name))?.[1];
  if (named !== undefined) return named;
  const interpreter = /^#!\s*\S*?(\w+)(?:\s+(\w+))?\s*$/m.exec(text.slice(0, 200));
  if (!text.startsWith('#!') || interpreter === null) return 'plaintext';
  const program = interpreter[1] === 'env' ? interpreter[2] : interpreter[1];
  return (
    { sh: 'shell', bash: 'shell', ash: 'shell', node: 'javascript', python: 'python', python3: 'python' }[
      program ?? ''
    ] ?? 'plaintext'
  );
}
