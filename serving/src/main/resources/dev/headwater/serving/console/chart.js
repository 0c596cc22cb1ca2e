// Line charts over time as SVG: drawn at the width they get, with a legend that needs no colours, a
// cursor for mouse, finger and arrow keys, a summary for people who listen, and the numbers as a table.

import { axisTime, clockTime } from './format.js';
import { freshId, h, put, s, setText } from './dom.js';

const LEFT = 46;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 24;
const STEPS = [1, 2, 2.5, 5, 10];

/**
 * Makes a chart.
 *
 * `draw({series: [{name, kind, points: [{x, y}]}], from, until, summary, format})` shows it: x in
 * Unix milliseconds, a y of null is a gap, `kind` names a line style of pages.css.
 */
export function lineChart({ title, height = 220, least = 0 }) {
  const svg = s('svg', { role: 'img', height, width: '100%' });
  const frame = h('div', { class: 'plot', tabindex: 0, role: 'group', 'aria-label': `${title}. Arrow keys read the values.` }, svg);
  frame.style.height = `${height}px`;
  const legend = h('ul', { class: 'legend', 'aria-hidden': 'true' });
  const readout = h('p', { class: 'readout small soft', 'aria-live': 'polite' });
  const numbers = h('details', { class: 'numbers' }, h('summary', {}, 'Show as a table'), h('div', { class: 'scroll numbers-body', tabindex: 0, role: 'region', 'aria-label': `${title} as a table` }));
  const element = h('figure', { class: 'chart' }, h('figcaption', { class: 'sr-only' }, title), frame, h('div', { class: 'under' }, legend, readout), numbers);
  const state = { data: null, at: null };

  const redraw = () => {
    const width = frame.clientWidth;
    if (state.data && width > 0) {
      paint(svg, state, width, height, least);
    }
  };
  const read = (x) => {
    state.at = x === null ? null : nearest(state.data, x);
    redraw();
    setText(readout, state.at === null ? '' : sentence(state.data, state.at));
  };
  const pointed = (event) => {
    if (state.data) {
      const box = frame.getBoundingClientRect();
      const part = (event.clientX - box.left - LEFT) / Math.max(1, box.width - LEFT - RIGHT);
      read(state.data.from + part * (state.data.until - state.data.from));
    }
  };
  frame.addEventListener('pointermove', pointed);
  frame.addEventListener('pointerleave', () => state.data && read(null));
  frame.addEventListener('blur', () => state.data && read(null));
  frame.addEventListener('keydown', (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by && state.data) {
      event.preventDefault();
      const times = timesOf(state.data);
      const index = state.at === null ? times.length - 1 : times.indexOf(state.at) + by;
      read(times[Math.min(times.length - 1, Math.max(0, index))] ?? null);
    }
  });
  numbers.addEventListener('toggle', () => table(numbers, state.data, title));
  new ResizeObserver(redraw).observe(frame);

  return {
    element,
    draw(data) {
      state.data = data;
      svg.setAttribute('aria-label', `${title}. ${data.summary}`);
      put(legend, data.series.map((each) => h('li', { class: each.kind }, swatch(each.kind), each.name)));
      redraw();
      table(numbers, data, title);
    },
  };
}

function swatch(kind) {
  return s('svg', { width: 26, height: 10, 'aria-hidden': 'true' }, s('line', { class: `line ${kind}`, x1: 1, x2: 25, y1: 5, y2: 5 }));
}

const timesOf = (data) => [...new Set(data.series.flatMap((each) => each.points.filter((p) => p.y !== null).map((p) => p.x)))].sort((a, b) => a - b);

function nearest(data, x) {
  return timesOf(data).reduce((best, time) => (best === null || Math.abs(time - x) < Math.abs(best - x) ? time : best), null);
}

const valueAt = (series, x) => series.points.find((p) => p.x === x)?.y ?? null;

function sentence(data, x) {
  const values = data.series.map((each) => [each.name, valueAt(each, x)]).filter(([, y]) => y !== null);
  return `${clockTime(x)} · ${values.map(([name, y]) => `${name} ${data.format(y)}`).join(' · ')}`;
}

function table(details, data, title) {
  if (!details.open || !data) {
    return;
  }
  const times = timesOf(data).reverse();
  put(details.querySelector('.numbers-body'), h('table', {},
    h('caption', { class: 'sr-only' }, title),
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Time'), data.series.map((each) => h('th', { scope: 'col', class: 'num' }, each.name)))),
    h('tbody', {}, times.map((x) => h('tr', {}, h('td', {}, clockTime(x)), data.series.map((each) => {
      const y = valueAt(each, x);
      return h('td', { class: 'num' }, y === null ? '–' : data.format(y));
    }))))));
}

/** The smallest round number that holds a value. */
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return STEPS.map((step) => step * power).find((each) => each >= value * 0.999) ?? 10 * power;
}

function paint(svg, state, width, height, least) {
  const { data, at } = state;
  const ys = data.series.flatMap((each) => each.points.map((p) => p.y).filter((y) => y !== null));
  const top = roundUp(Math.max(least, ...ys, 1e-9) * 1.05);
  const x = (time) => LEFT + ((time - data.from) / Math.max(1, data.until - data.from)) * (width - LEFT - RIGHT);
  const y = (value) => TOP + (1 - value / top) * (height - TOP - BOTTOM);
  const clip = svg.clipName ??= freshId('clip');
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  put(svg,
    s('clipPath', { id: clip }, s('rect', { x: LEFT, y: 0, width: Math.max(0, width - LEFT - RIGHT), height })),
    [0, 0.5, 1].map((part) => [
      s('line', { class: 'gridline', x1: LEFT, x2: width - RIGHT, y1: y(top * part), y2: y(top * part) }),
      s('text', { class: 'axis', x: LEFT - 8, y: y(top * part) + 4, 'text-anchor': 'end' }, data.format(top * part))]),
    ticks(data, width).map((time, i, all) => s('text', {
      class: 'axis', x: x(time), y: height - 5, 'text-anchor': i === 0 ? 'start' : i === all.length - 1 ? 'end' : 'middle',
    }, axisTime(time, data.until - data.from))),
    s('g', { 'clip-path': `url(#${clip})` }, data.series.map((each) => lines(each, x, y))),
    at === null ? null : s('line', { class: 'cursor', x1: x(at), x2: x(at), y1: TOP, y2: height - BOTTOM }),
    at === null ? null : data.series.map((each) => {
      const value = valueAt(each, at);
      return value === null ? null : s('circle', { class: `dot ${each.kind}`, cx: x(at), cy: y(value), r: 4 });
    }));
}

function ticks(data, width) {
  const parts = width < 460 ? 2 : 4;
  return Array.from({ length: parts + 1 }, (unused, i) => data.from + ((data.until - data.from) * i) / parts);
}

/** One path for each run without a gap; a lone point is a dot. */
function lines(series, x, y) {
  const runs = [[]];
  for (const point of series.points) {
    if (point.y === null) {
      runs.push([]);
    } else {
      runs.at(-1).push(point);
    }
  }
  return runs.filter((run) => run.length > 0).map((run) => (run.length === 1
    ? s('circle', { class: `dot ${series.kind}`, cx: x(run[0].x), cy: y(run[0].y), r: 2.5 })
    : s('path', { class: `line ${series.kind}`, d: run.map((p, i) => `${i ? 'L' : 'M'}${x(p.x).toFixed(1)} ${y(p.y).toFixed(1)}`).join('') })));
}
