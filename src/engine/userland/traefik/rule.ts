/** What a router's rule is judged by. */
export interface Asked {
  host: string;
  path: string;
  method: string;
}

export type Rule = (asked: Asked) => boolean;

/** A rule that cannot be read. */
export class RuleError extends Error {}

/** The matchers that are simulated (doc.traefik.io, HTTP routers, rules of v3). */
const MATCHERS: Readonly<Record<string, (argument: string) => Rule>> = {
  Host: (name) => (asked) => asked.host === name.toLowerCase(),
  HostRegexp: (pattern) => {
    const regexp = new RegExp(pattern, 'i');
    return ({ host }) => regexp.test(host);
  },
  Path: (path) => (asked) => asked.path === path,
  PathPrefix:
    (prefix) =>
    ({ path }) =>
      path.startsWith(prefix),
  Method: (method) => (asked) => asked.method === method,
};

/** Reads a rule: matchers joined by `&&`, `||`, `!` and parentheses. Throws `RuleError`. */
export function parseRule(text: string): Rule {
  const tokens = [
    ...text.matchAll(/\s*(?:(&&|\|\||!|\(|\))|([A-Za-z]+)\(\s*[`"']([^`"']*)[`"']\s*\)|(\S+))/g),
  ].map(([, sign, matcher, argument = '', rest]) => ({ sign, matcher, argument, rest }));
  let at = 0;
  const either = (): Rule => {
    let left = both();
    while (tokens[at]?.sign === '||') {
      at++;
      const [one, other] = [left, both()];
      left = (asked) => one(asked) || other(asked);
    }
    return left;
  };
  const both = (): Rule => {
    let left = one();
    while (tokens[at]?.sign === '&&') {
      at++;
      const [first, second] = [left, one()];
      left = (asked) => first(asked) && second(asked);
    }
    return left;
  };
  const one = (): Rule => {
    const token = tokens[at++];
    if (token?.sign === '!') {
      const inner = one();
      return (asked) => !inner(asked);
    }
    if (token?.sign === '(') {
      const inner = either();
      if (tokens[at++]?.sign !== ')') throw new RuleError(`error while parsing rule ${text}: expected )`);
      return inner;
    }
    const matcher = token?.matcher === undefined ? undefined : MATCHERS[token.matcher];
    if (token === undefined || matcher === undefined)
      throw new RuleError(
        `error while parsing rule ${text}: unsupported function: ${token?.matcher ?? token?.rest ?? ''}`,
      );
    return matcher(token.argument);
  };
  const rule = either();
  if (at < tokens.length) throw new RuleError(`error while parsing rule ${text}`);
  return rule;
}
