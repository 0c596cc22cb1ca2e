// Reads the few numbers that people look at from Prometheus text, and makes rates of counters.

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** Returns the samples of metrics whose names are wanted: [{name, labels, value}]. */
export function samples(text, wanted) {
  const found = [];
  for (const line of text.split('\n')) {
    const match = line.startsWith('#') ? null : LINE.exec(line.trim());
    if (match && wanted.has(match[1])) {
      const labels = Object.fromEntries([...(match[2] ?? '').matchAll(LABEL)].map((each) => [each[1], each[2]]));
      found.push({ name: match[1], labels, value: Number(match[3]) });
    }
  }
  return found;
}

/** Adds up the samples of one name that pass a test. */
export function sum(all, name, test = () => true) {
  return all.filter((each) => each.name === name && test(each.labels)).reduce((total, each) => total + each.value, 0);
}

/** Turns readings of counters into rates a second; a counter that fell was restarted. */
export class Rates {
  constructor(keepMs) {
    this.keepMs = keepMs;
    this.points = [];
    this.before = null;
  }

  /** Takes a reading: an object of counters; returns the rates, or null at the first. */
  take(at, counters) {
    const before = this.before;
    this.before = { at, counters };
    if (!before || at <= before.at) {
      return null;
    }
    const seconds = (at - before.at) / 1000;
    const rates = {};
    for (const [name, value] of Object.entries(counters)) {
      rates[name] = value < before.counters[name] ? null : (value - before.counters[name]) / seconds;
    }
    this.points.push({ x: at, rates });
    this.points = this.points.filter((each) => each.x > at - this.keepMs);
    return rates;
  }

  /** The points of one rate for a chart. */
  series(name) {
    return this.points.map((each) => ({ x: each.x, y: each.rates[name] ?? null }));
  }
}
