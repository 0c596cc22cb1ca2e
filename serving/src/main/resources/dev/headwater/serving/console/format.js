// Numbers, times and commands as people read them.

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const short = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });

export const count = (n) => (Number.isFinite(n) ? whole.format(n) : '–');
export const clockTime = (ms) => clock.format(ms);
export const minuteTime = (ms) => short.format(ms);
/** A time on an axis: with seconds where the axis is too short for minutes to tell its marks apart. */
export const axisTime = (ms, spanMs) => (spanMs < 10 * 60_000 ? clockTime(ms) : minuteTime(ms));
export const fullTime = (ms) => full.format(ms);

/** A plural in plain English. */
export const many = (n, one, more) => `${count(n)} ${n === 1 ? one : more ?? `${one}s`}`;

/** A duration in seconds, as short as it can be told. */
export function seconds(value) {
  if (!Number.isFinite(value)) {
    return '–';
  }
  const v = Math.max(0, value);
  if (v < 0.9995) {
    return `${Math.round(v * 1000)} ms`;
  }
  if (v < 9.995) {
    return `${v.toFixed(2)} s`;
  }
  if (v < 120) {
    return `${Math.round(v)} s`;
  }
  return v < 7200 ? `${Math.round(v / 60)} min` : `${Math.round(v / 3600)} h`;
}

/** Milliseconds between two times. */
export const between = (fromMs, toMs) => seconds(Math.max(0, toMs - fromMs) / 1000);

/** How long ago a time was. */
export function age(ms, now = Date.now()) {
  const ago = (now - ms) / 1000;
  if (ago < -2) {
    return `in ${seconds(-ago)}`;
  }
  if (ago < 2) {
    return 'just now';
  }
  if (ago < 60) {
    return `${Math.round(ago)} s ago`;
  }
  if (ago < 3600) {
    return `${Math.round(ago / 60)} min ago`;
  }
  return ago < 172800 ? `${Math.round(ago / 3600)} h ago` : `${Math.round(ago / 86400)} days ago`;
}

/** A share from 0 to 1 with three digits. */
export const share = (v) => (Number.isFinite(v) ? v.toFixed(3) : '–');

/** A percentage of a share. */
export const percent = (v) => (v > 0 && v < 0.005 ? '< 1 %' : `${Math.round(v * 100)} %`);

/** A rate a second. */
export function rate(v) {
  if (!Number.isFinite(v)) {
    return '–';
  }
  return v > 0 && v < 10 ? v.toFixed(1) : count(v);
}

/** A text as one word of a POSIX shell. */
export const shellWord = (text) => `'${String(text).replaceAll("'", "'\\''")}'`;

/** A path segment of an address. */
export const segment = (text) => encodeURIComponent(text);
