/** `--publish` in its long form, `target=80,published=8080,protocol=tcp`, as the short one. */
export function shortPublish(value: string): string {
  if (!value.includes('=')) return value;
  const params: Record<string, string> = {};
  for (const field of value.split(',')) {
    const equals = field.indexOf('=');
    if (equals < 0) throw new Error(`invalid publish opts format (should be name=value but got '${field}')`);
    params[field.slice(0, equals)] = field.slice(equals + 1);
  }
  return `${params['published'] ?? ''}:${params['target'] ?? ''}/${params['protocol'] ?? 'tcp'}`;
}
