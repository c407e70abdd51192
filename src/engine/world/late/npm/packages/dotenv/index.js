const fs = require('node:fs');
const path = require('node:path');

/** NAME=value lines as an object. */
const parse = (text) => {
  const found = {};
  for (const line of String(text).split(/\r?\n/)) {
    const [, key, raw = ''] = /^\s*(?:export\s+)?([\w.-]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key === undefined) continue;
    const [, quote, inside] = /^(['"`])([\s\S]*)\1(?:\s+#.*)?$/.exec(raw) ?? [];
    if (quote === undefined) found[key] = raw.replace(/\s+#.*$/, '');
    else found[key] = quote === '"' ? inside.replaceAll('\\n', '\n') : inside;
  }
  return found;
};

/** Reads .env into process.env, where a variable is not set yet. */
const config = ({ path: file = path.resolve(process.cwd(), '.env'), override = false } = {}) => {
  try {
    const parsed = parse(fs.readFileSync(file, 'utf8'));
    for (const [key, value] of Object.entries(parsed))
      if (override || !(key in process.env)) process.env[key] = value;
    return { parsed };
  } catch (error) {
    return { parsed: {}, error };
  }
};

module.exports = { config, parse };
