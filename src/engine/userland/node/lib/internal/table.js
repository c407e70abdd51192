// console.table: rows and columns in a frame.
const { inspect } = require('util');

const width = (text) => [...text].length;

exports.table = (rows) => {
  const cell = (value) => inspect(value, { depth: typeof value === 'object' ? -1 : 0, maxArrayLength: 3 });
  const entries = Array.isArray(rows) ? [...rows.entries()] : Object.entries(rows);
  const columns = [];
  let values = false;
  for (const [, row] of entries) {
    if (row === null || typeof row !== 'object') values = true;
    else for (const key of Object.keys(row)) if (!columns.includes(key)) columns.push(key);
  }
  const head = ['(index)', ...columns, ...(values ? ['Values'] : [])];
  const lines = entries.map(([index, row]) => {
    const isObject = row !== null && typeof row === 'object';
    const cells = columns.map((key) => (isObject && Object.hasOwn(row, key) ? cell(row[key]) : ''));
    return [String(index), ...cells, ...(values ? [isObject ? '' : cell(row)] : [])];
  });
  const widths = head.map((_, at) => Math.max(...[head, ...lines].map((line) => width(line[at]))) + 2);
  const rule = (left, middle, right) => left + widths.map((size) => '─'.repeat(size)).join(middle) + right;
  const row = (line) =>
    `│${line.map((text, at) => ` ${text}${' '.repeat(widths[at] - width(text) - 1)}`).join('│')}│`;
  return [rule('┌', '┬', '┐'), row(head), rule('├', '┼', '┤'), ...lines.map(row), rule('└', '┴', '┘')].join(
    '\n',
  );
};
