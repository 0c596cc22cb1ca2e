// How late the answers are: by heartbeats hop by hop, and by what really passed.

import * as api from './api.js';
import { lineChart } from './chart.js';
import { h, put, putWhenNew } from './dom.js';
import { age, between, clockTime, count, percent, rate, seconds } from './format.js';
import { Rates, samples, sum } from './metrics.js';
import { empty, facts, guarded, head, pill, refreshAges, skeleton, when } from './parts.js';
import { everySecond, poll } from './poll.js';
import { failure, HOPS, LAG_STATES, PATHS } from './words.js';

export const title = 'Freshness';

const KEEP_MS = 10 * 60_000;
const WANTED = new Set(['headwater_serving_requests_seconds_count', 'headwater_serving_histories_applied_total',
  'headwater_serving_rows_applied_total', 'headwater_serving_history_visible_seconds', 'headwater_serving_row_visible_seconds']);

// Kept while the console is open, so that coming back to the page does not begin anew.
const kept = { rates: new Rates(KEEP_MS), lag: new Map() };

export function show({ root, domain, signal, link }) {
  const paths = h('div', { class: 'grid' }, Object.keys(PATHS).map((path) =>
    h('section', { class: 'card half path-card', 'data-path': path, 'aria-label': `${PATHS[path][0]}: lag` }, skeleton(260))));
  const traffic = trafficCard();
  const node = h('section', { class: 'card half', 'aria-labelledby': 'node-title' }, h('header', {}, h('h2', { id: 'node-title' }, 'This node')), h('div', { class: 'node-body' }, skeleton(150)));
  const fresh = h('section', { class: 'card half', 'aria-labelledby': 'fresh-title' },
    h('header', {}, h('h2', { id: 'fresh-title' }, 'Newest items'), h('a', { class: 'right small', href: link('items') }, 'All items')), h('div', { class: 'fresh-body' }, skeleton(150)));
  put(root, head('Freshness', 'How long until a click or a new item is part of an answer.'),
    h('div', { class: 'stack wide' }, paths, h('div', { class: 'grid' }, traffic.element, node, fresh)));
  const charts = new Map();
  poll(() => lag(paths, domain, charts, signal), 2000, signal);
  const [nodeBody, freshBody] = [node.querySelector('.node-body'), fresh.querySelector('.fresh-body')];
  poll(guarded(traffic.figures, () => readTraffic(traffic, signal)), 2000, signal);
  poll(guarded(nodeBody, () => aboutNode(nodeBody, domain, signal, link)), 3000, signal);
  poll(guarded(freshBody, () => newest(freshBody, domain, signal, link)), 3000, signal);
  everySecond(() => refreshAges(root), signal);
}

async function lag(paths, domain, charts, signal) {
  let answer;
  try {
    answer = await api.get('/v1/lag', signal);
  } catch (e) {
    if (e.name !== 'AbortError' && e.code !== 'unreachable') {
      const text = e.status === 404 ? 'This node has no heartbeats. What really passes is shown below.' : failure(e);
      paths.querySelectorAll('.path-card').forEach((card) => putWhenNew(card, ['none', e.code], () => unmeasured(card.dataset.path, text)));
    }
    throw e;
  }
  for (const card of paths.querySelectorAll('.path-card')) {
    const hops = (answer.hops ?? []).filter((hop) => hop.path === card.dataset.path && hop.domain === domain);
    if (hops.length === 0) {
      const text = answer.interval_ms > 0 ? 'The first heartbeat is on its way.' : 'Heartbeats are switched off on this node (heartbeats.interval).';
      putWhenNew(card, ['none', text], () => unmeasured(card.dataset.path, text));
    } else {
      onePath(card, domain, hops, answer, charts);
    }
  }
}

/** Charts begin short and grow to what is kept. */
const since = (points, now) => Math.max(now - KEEP_MS, Math.min(points[0]?.x ?? now, now - 60_000));

const unmeasured = (path, text) => [h('header', {}, h('h2', {}, PATHS[path][0]), h('p', { class: 'soft small' }, PATHS[path][1])),
  empty('Lag is not measured here', text)];

function onePath(card, domain, hops, answer, charts) {
  const path = card.dataset.path;
  const whole = hops.find((hop) => hop.hop === 'end-to-end') ?? hops.at(-1);
  const single = hops.filter((hop) => hop.hop !== 'end-to-end');
  const key = `${domain}/${path}`;
  const past = kept.lag.get(key) ?? [];
  past.push({ x: answer.at_ms, y: whole.last_heartbeat_ms > 0 || whole.state !== 'idle' ? whole.seconds : null });
  kept.lag.set(key, past.filter((point) => point.x > answer.at_ms - KEEP_MS));
  if (!charts.has(path)) {
    charts.set(path, lineChart({ title: `${PATHS[path][0]}: seconds to an answer`, height: 96, least: 0.1 }));
  }
  putWhenNew(card, ['lag'], () => [
    h('header', {}, h('h2', {}, PATHS[path][0]), h('span', { class: 'right state' }), h('p', { class: 'soft small' }, PATHS[path][1])),
    h('div', { class: 'row number-row' }, h('span', { class: 'figure-number' }), h('span', { class: 'soft small spread-text' })),
    h('ol', { class: 'hops', 'aria-label': 'Hops' }), charts.get(path).element]);
  putWhenNew(card.querySelector('.state'), whole.state, () => pill(LAG_STATES[whole.state] ?? [whole.state, 'idle']));
  put(card.querySelector('.figure-number'), seconds(whole.seconds));
  put(card.querySelector('.spread-text'), whole.state === 'stopped'
    ? h('strong', { class: 'alarm' }, stoppedText(single, whole))
    : `half within ${seconds(whole.p50_seconds)}, 99 of 100 within ${seconds(whole.p99_seconds)}`);
  putWhenNew(card.querySelector('.hops'), single.map((hop) => [hop.hop, hop.state, seconds(hop.seconds), hop.clock_skew_ms]), () => single.map(oneHop));
  charts.get(path).draw({
    from: since(kept.lag.get(key), answer.at_ms), until: answer.at_ms, format: seconds,
    series: [{ name: 'End to end', kind: 'live', points: kept.lag.get(key) }],
    summary: `Now ${seconds(whole.seconds)}, ${whole.state}. Half within ${seconds(whole.p50_seconds)}.`,
  });
}

function stoppedText(single, whole) {
  const stopped = single.find((hop) => hop.state === 'stopped');
  const since = (stopped ?? whole).last_heartbeat_ms;
  const name = stopped ? HOPS[stopped.hop]?.[0] ?? stopped.hop : 'The path';
  return since > 0 ? `${name} has let nothing through since ${clockTime(since)} (${age(since)}).` : `${name} has let nothing through yet.`;
}

function oneHop(hop) {
  const [name, what] = HOPS[hop.hop] ?? [hop.hop, ''];
  const [word, kind, meaning] = LAG_STATES[hop.state] ?? [hop.state, 'idle', ''];
  const skew = hop.clock_skew_ms ? h('span', { class: 'soft small' }, `clock ${seconds(Math.abs(hop.clock_skew_ms) / 1000)} ${hop.clock_skew_ms > 0 ? 'ahead' : 'behind'}`) : null;
  return h('li', { class: `hop ${kind}`, title: what }, h('span', { class: 'hop-name' }, name), h('span', { class: 'hop-time' }, seconds(hop.seconds)),
    h('span', { class: 'hop-state', title: meaning }, word), skew);
}

function trafficCard() {
  const chart = lineChart({ title: 'What passes, a second', height: 170, least: 1 });
  const figures = h('div', { class: 'summary-slot' }, skeleton(66));
  const element = h('section', { class: 'card', 'aria-labelledby': 'traffic-title' },
    h('header', {}, h('h2', { id: 'traffic-title' }, 'What really passes'), h('p', { class: 'soft small' }, 'Counted on this node over the last ten minutes, since you opened the console.')),
    figures, chart.element);
  return { element, figures, chart };
}

async function readTraffic({ figures, chart }, signal) {
  const all = samples(await api.text('/metrics', signal), WANTED);
  const at = Date.now();
  const now = kept.rates.take(at, {
    answers: sum(all, 'headwater_serving_requests_seconds_count', (labels) => /recommendations|similar/.test(labels.endpoint) && labels.status === '200'),
    clicks: sum(all, 'headwater_serving_histories_applied_total'),
    rows: sum(all, 'headwater_serving_rows_applied_total'),
  });
  const quantile = (name, q) => sum(all, name, (labels) => Number(labels.quantile) === q);
  const late = (name, busy) => (busy > 0 && quantile(name, 0.5) > 0 ? seconds(quantile(name, 0.5)) : '–');
  const last = (name, busy) => (busy > 0 && quantile(name, 0.5) > 0 ? `99 of 100 within ${seconds(quantile(name, 0.99))}` : 'nothing lately');
  figures.shownKey = null;
  put(figures, facts([
    ['Clicks taken in', now ? `${rate(now.clicks)} /s` : '–'],
    ['Click → answer', late('headwater_serving_history_visible_seconds', now?.clicks), last('headwater_serving_history_visible_seconds', now?.clicks)],
    ['Embeddings taken in', now ? `${rate(now.rows)} /s` : '–'],
    ['Record → embedding', late('headwater_serving_row_visible_seconds', now?.rows), last('headwater_serving_row_visible_seconds', now?.rows)],
    ['Answers given', now ? `${rate(now.answers)} /s` : '–'],
  ]));
  chart.draw({
    from: since(kept.rates.points, at), until: at, format: rate,
    series: [{ name: 'Clicks', kind: 'live', points: kept.rates.series('clicks') }, { name: 'Embeddings', kind: 'popularity', points: kept.rates.series('rows') },
      { name: 'Answers', kind: 'frozen', points: kept.rates.series('answers') }],
    summary: now ? `Now ${rate(now.clicks)} clicks, ${rate(now.rows)} embeddings and ${rate(now.answers)} answers a second.` : 'The first reading is being taken.',
  });
}

async function aboutNode(body, domain, signal, link) {
  const [ready, versions] = await Promise.all([api.look('/ready', signal), api.get(api.domainPath(domain, 'versions'), signal)]);
  const { serving, announced } = versions;
  const state = ready.body.ready ? ['Ready', 'good'] : ready.body.failure ? ['Failed', 'bad'] : ['Loading', 'wait'];
  putWhenNew(body, [ready.body, serving, announced, versions.users], () => [
    h('div', { class: 'row' }, pill(state), announced?.pinned ? pill(['Pinned', 'warn']) : null,
      ready.body.ready ? null : h('span', { class: 'soft small' }, ready.body.failure ?? `${percent(ready.body.fraction_loaded ?? 0)} loaded; waits for ${(ready.body.waiting_for ?? []).join(', ') || 'nothing'}`)),
    facts([
      ['Items', count(serving?.items ?? 0), `index ${serving?.index ?? '–'}`],
      ['Users', count(versions.users)],
      ['Table version', announced ? h('a', { href: link('versions') }, count(announced.announced_version)) : '–', announced ? `generation ${announced.generation}` : 'nothing announced'],
      ['Model', h('span', { class: 'mono' }, (serving?.model ?? '–').slice(0, 12)), `view ${serving?.view ?? '–'}`],
    ])]);
}

async function newest(body, domain, signal, link) {
  const { items } = await api.get(`${api.domainPath(domain, 'items')}?newest=true&count=6`, signal);
  if (items.length === 0) {
    putWhenNew(body, [], () => empty('No items yet', 'They appear here as soon as the catalog has them.'));
    return;
  }
  const told = (await api.post(api.domainPath(domain, 'items', 'status'), { items: items.map((each) => each.item) }, signal)).items;
  putWhenNew(body, told.map((each) => [each.item, each.state, each.title, each.visible_ms]), () => h('ul', { class: 'list' }, told.map((each) => h('li', {},
    h('a', { class: 'clip', href: link('item', each.item) }, each.title ?? each.item),
    h('span', { class: 'soft small' }, each.visible_ms && each.received_ms ? `visible after ${between(each.received_ms, each.visible_ms)}` : each.state),
    each.received_ms ? h('span', { class: 'soft small right' }, when(each.received_ms)) : null))));
}
