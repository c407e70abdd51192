const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, y: 31_557_600_000 };
const LONG = { d: 'day', h: 'hour', m: 'minute', s: 'second' };

/** '2 days' in milliseconds; 60000 as '1m', or with `long` '1 minute'. */
module.exports = function ms(value, { long = false } = {}) {
  if (typeof value === 'string') {
    const [, count, unit = 'ms'] =
      /^(-?\d*\.?\d+) *(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|y|yrs?|years?)?$/i.exec(
        value,
      ) ?? [];
    if (count === undefined) return undefined;
    const letter = /^mi?l|^ms/i.test(unit) ? 'ms' : unit[0].toLowerCase();
    return Number(count) * UNITS[letter];
  }
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new Error(`val is not a non-empty string or a valid number. val=${JSON.stringify(value)}`);
  const size = Math.abs(value);
  for (const unit of ['d', 'h', 'm', 's']) {
    if (size < UNITS[unit]) continue;
    const count = Math.round(value / UNITS[unit]);
    return long ? `${count} ${LONG[unit]}${size >= UNITS[unit] * 1.5 ? 's' : ''}` : `${count}${unit}`;
  }
  return long ? `${value} ms` : `${value}ms`;
};
