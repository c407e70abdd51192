import type { HttpHeaders } from '../net/http/message.ts';

/** How a server wants to be told who asks (RFC 9110, section 11.6.1). */
export interface Challenge {
  scheme: string;
  parameters: Readonly<Record<string, string>>;
}

export function challengesOf(headers: HttpHeaders): Challenge[] {
  return [...headers]
    .filter(([name]) => name.toLowerCase() === 'www-authenticate')
    .map(([, value]) => {
      const [, scheme = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(value) ?? [];
      const pairs = [...rest.matchAll(/([\w-]+)="((?:[^"\\]|\\.)*)"|([\w-]+)=([^",\s]+)/g)];
      const parameters = pairs.map(([, key, quoted, plainKey, plain]) => [
        (key ?? plainKey)!.toLowerCase(),
        quoted?.replace(/\\(.)/g, '$1') ?? plain!,
      ]);
      return { scheme: scheme.toLowerCase(), parameters: Object.fromEntries(parameters) };
    });
}
