// How good the answers are: each click is ranked before it is learned, by what is answered and by others.

import * as api from './api.js';
import { lineChart } from './chart.js';
import { h, put, putWhenNew } from './dom.js';
import { count, many, minuteTime, share } from './format.js';
import { empty, facts, failed, head, skeleton, when } from './parts.js';
import { poll } from './poll.js';

export const title = 'Quality';

const LINES = [['live', 'Live'], ['learned', 'Rows alone'], ['item_knn_recent', 'Counting'], ['frozen', 'Frozen'], ['popularity', 'Popularity'],
  ['never_tuned', 'Never tuned']];
/** What learns nothing: the best of them is what learning has to beat. */
const SIMPLE = ['item_knn_recent', 'popularity'];
const RANGES = [[15, '15 min'], [60, '1 h'], [240, '4 h']];
const METRICS = [['hr10', 'HR@10'], ['ndcg10', 'NDCG@10']];
const BINS = 90;

export function show({ root, domain, query, signal }) {
  const state = {
    minutes: Number(query.get('minutes')) || 15,
    metric: query.get('metric') === 'ndcg10' ? 'ndcg10' : 'hr10',
    windows: null,
  };
  const chart = lineChart({ title: 'Quality over time', height: 300 });
  const body = h('div', { class: 'chart-slot tall' }, skeleton(300));
  const summary = h('div', { class: 'summary-slot' }, skeleton(66));
  const verdict = h('p', { class: 'soft' });
  const redraw = () => draw(state, chart, body, summary, verdict);
  put(root,
    head('Quality', 'Each click is ranked against the whole catalog before it is learned: would the answer have held it?',
      choice('Metric', 'metric', METRICS, state.metric, (value) => { state.metric = value; redraw(); }),
      choice('Time', 'minutes', RANGES, state.minutes, (value) => { state.minutes = Number(value); redraw(); })),
    h('div', { class: 'grid' },
      h('section', { class: 'card', 'aria-label': 'Figures' }, summary, verdict),
      h('section', { class: 'card', 'aria-label': 'Chart' }, body),
      h('section', { class: 'card', 'aria-label': 'What the lines mean' }, meaning())));
  poll(async () => {
    try {
      const answer = await api.get(`${api.domainPath(domain, 'quality')}?count=5000`, signal);
      state.windows = withoutUnfrozen(answer.windows);
      redraw();
    } catch (e) {
      if (state.windows === null && e.name !== 'AbortError') {
        put(body, failed(e));
      }
      throw e;
    }
  }, 3000, signal);
}

function choice(label, name, options, chosen, change) {
  return h('fieldset', { class: 'choice' }, h('legend', { class: 'sr-only' }, label), options.map(([value, text]) =>
    h('label', {}, h('input', { type: 'radio', name, value, checked: String(value) === String(chosen), onchange: () => change(value) }), text)));
}

function meaning() {
  return h('dl', { class: 'meaning' },
    h('div', {}, h('dt', {}, 'Live'), h('dd', {}, 'What is answered: rows, counts, texts and popularity, weighed by the ranker as it is at that moment.')),
    h('div', {}, h('dt', {}, 'Rows alone'), h('dd', {}, 'The learned embeddings without the other experts.')),
    h('div', {}, h('dt', {}, 'Counting'), h('dd', {}, 'Which items are taken one after the other, with recent popularity: the strongest that learns nothing.')),
    h('div', {}, h('dt', {}, 'Frozen'), h('dd', {}, 'The rows as they were when they were frozen: what you would have without learning since.')),
    h('div', {}, h('dt', {}, 'Popularity'), h('dd', {}, 'What was taken lately, the same for everybody.')),
    h('div', {}, h('dt', {}, 'Never tuned'), h('dd', {}, 'Embeddings from texts alone, before any click.')),
    h('div', {}, h('dt', {}, 'HR@10'), h('dd', {}, 'The share of clicks whose item stood among the first ten of all items. NDCG@10 counts high places more.')));
}

/** Until something is frozen the frozen table is empty and finds nothing: that is no quality. */
function withoutUnfrozen(windows) {
  const first = windows.findIndex((each) => each.frozen?.hr10 > 0);
  return windows.map((each, i) => (first < 0 || i < first ? { ...each, frozen: undefined } : each));
}

/** Means over windows, weighted by their events; shards are parts of the same events. */
function mean(windows, line, metric) {
  let weighted = 0;
  let events = 0;
  for (const window of windows) {
    const ranking = window[line];
    if (ranking?.events > 0) {
      weighted += ranking[metric] * ranking.events;
      events += ranking.events;
    }
  }
  return { value: events ? weighted / events : null, events };
}

/** Bins of equal length, so that thousands of windows make a readable line; empty ones are gaps only when a while passed. */
function binned(windows, line, metric, from, until) {
  const longest = Math.max(...windows.map((each) => each.to_ms - each.from_ms), 1000);
  const length = Math.max((until - from) / BINS, longest);
  const bins = new Map();
  windows.forEach((each) => {
    const bin = Math.floor(each.to_ms / length);
    bins.set(bin, [...(bins.get(bin) ?? []), each]);
  });
  const points = [];
  let last = null;
  for (const bin of [...bins.keys()].sort((a, b) => a - b)) {
    if (last !== null && bin - last > 3) {
      points.push({ x: (last + 1) * length, y: null });
    }
    points.push({ x: Math.round((bin + 0.5) * length), y: mean(bins.get(bin), line, metric).value });
    last = bin;
  }
  return points;
}

function draw(state, chart, body, summary, verdict) {
  const until = Date.now();
  const from = until - state.minutes * 60_000;
  const windows = state.windows?.filter((each) => each.to_ms > from) ?? [];
  if (state.windows === null) {
    return;
  }
  if (windows.length === 0) {
    const newest = state.windows.at(-1);
    putWhenNew(body, ['empty', newest?.to_ms], () => empty(
      newest ? 'No window in this time' : 'Nothing measured yet',
      newest ? h('span', {}, 'The last one ended ', when(newest.to_ms), '. Without clicks nothing is ranked.') : 'The first window appears a few seconds after FineTuneJob has ranked its first clicks.'));
    put(summary, facts(LINES.map(([, name]) => [name, '–'])));
    put(verdict);
    return;
  }
  const name = METRICS.find(([value]) => value === state.metric)[1];
  const lines = LINES.filter(([line]) => windows.some((each) => each[line]?.events > 0));
  const means = Object.fromEntries(LINES.map(([line]) => [line, mean(windows, line, state.metric)]));
  put(summary, facts(LINES.map(([line, text]) => [h('span', { class: `key ${line}` }, text),
    means[line].value === null ? '–' : share(means[line].value), against(means, line)])));
  put(verdict, sentence(means, name, state.minutes), windows.some((each) => each.collapsed) ? h('strong', { class: 'alarm' }, ' Quality fell below the alarm threshold in this time.') : null);
  putWhenNew(body, 'chart', () => chart.element);
  chart.draw({
    from, until, format: share,
    series: lines.map(([line, text]) => ({ name: text, kind: line, points: binned(windows, line, state.metric, from, until) })),
    summary: `${name} from ${minuteTime(from)} to ${minuteTime(until)}. ${sentence(means, name, state.minutes)}`,
  });
}

function against(means, line) {
  if (line === 'live') {
    return `${many(means.live.events, 'click')} ranked`;
  }
  const ratio = means.live.value / means[line].value;
  return means[line].value > 0 && Number.isFinite(ratio) ? `live finds ${ratio.toFixed(2)} times as much` : '\u00a0';
}

function sentence(means, name, minutes) {
  const { live, frozen } = means;
  if (live.value === null) {
    return `No click was ranked in the last ${minutes} minutes.`;
  }
  const parts = [`In the last ${minutes} minutes ${name} was ${share(live.value)} live`];
  if (frozen.value !== null) { parts.push(`${share(frozen.value)} frozen`); }
  const best = strongest(means);
  if (best !== null) { parts.push(`${share(means[best].value)} by ${best === 'popularity' ? 'popularity' : 'counting'}, the best that learns nothing`); }
  return `${parts.join(', ')}, over ${count(live.events)} clicks.`;
}

function strongest(means) {
  const measured = SIMPLE.filter((line) => means[line].value !== null);
  return measured.length === 0 ? null : measured.reduce((best, line) => (means[line].value > means[best].value ? line : best));
}
