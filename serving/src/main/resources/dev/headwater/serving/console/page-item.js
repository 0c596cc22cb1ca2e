// One item: where it is, why, what lent it its embedding, what it is like, and what can be done.

import * as api from './api.js';
import { confirmAct } from './dialog.js';
import { h, put, putWhenNew, say } from './dom.js';
import { between, count, percent } from './format.js';
import { empty, facts, failed, head, pill, refreshAges, skeleton, statuses, titleOf, when } from './parts.js';
import { everySecond, poll } from './poll.js';
import { stages } from './track.js';
import { failure, ITEM_STATES, origin, reason } from './words.js';

export const title = 'Item';

export function show({ root, domain, arg, signal, link }) {
  const item = arg ?? '';
  const heading = h('div', { class: 'item-head' }, head(item, '\u00a0'));
  const state = h('section', { class: 'card status-card', 'aria-label': 'Status' }, skeleton(150));
  const matches = h('section', { class: 'card half', 'aria-labelledby': 'matches-title' }, skeleton(200));
  const like = h('section', { class: 'card half', 'aria-labelledby': 'like-title' }, skeleton(200));
  const row = h('section', { class: 'card', 'aria-labelledby': 'row-title' }, skeleton(80));
  put(root, h('p', { class: 'crumb' }, h('a', { href: link('items') }, 'Items')), heading, h('div', { class: 'grid' }, state, matches, like, row));
  const places = { heading, state, matches, row, domain, item, link, signal };
  places.again = async () => {
    const status = await api.get(api.domainPath(domain, 'items', item, 'status'), signal);
    showStatus(places, status);
    return status;
  };
  poll(async () => {
    try {
      const status = await places.again();
      await neighbours(like, status, places);
    } catch (e) {
      if (e.name !== 'AbortError' && e.code !== 'unreachable') {
        putWhenNew(state, ['failed', e.code], () => failed(e));
      }
      throw e;
    }
  }, 1500, signal);
  everySecond(() => refreshAges(root), signal);
}

function showStatus(places, status) {
  const { heading, state, matches, row, item, link } = places;
  const name = status.title ?? item;
  document.title = `${name} · Headwater`;
  putWhenNew(heading, [status.title, status.brand, status.categories, status.state, Boolean(status.denied)], () => head(name,
    h('span', {}, h('span', { class: 'mono' }, item), [status.brand, ...(status.categories ?? [])].filter(Boolean).map((each) => ` · ${each}`)), actions(places, status)));
  putWhenNew(state, [status.state, status.rejected, status.denied, status.refused, status.received_ms, status.accepted_ms, status.encoded_ms, status.published_ms, status.visible_ms], () => statusCard(status));
  putWhenNew(matches, [status.matches, status.row?.interactions_learned > 0], () => matchList(status, link, places.domain));
  putWhenNew(row, status.row, () => [h('header', {}, h('h2', { id: 'row-title' }, 'Its embedding now')), status.row ? rowFacts(status.row)
    : h('p', { class: 'soft' }, 'There is none on this node yet.')]);
}

function statusCard(status) {
  const [word, kind, meaning] = ITEM_STATES[status.state] ?? [status.state, 'idle', ''];
  const took = status.received_ms && status.visible_ms >= status.received_ms ? ` Visible ${between(status.received_ms, status.visible_ms)} after it was received.` : '';
  return [
    h('p', { class: 'row state-line', role: 'status' }, pill([word, kind], kind === 'wait' ? 'pulse' : ''), h('span', {}, meaning, status.state === 'visible' ? took : '')),
    status.rejected ? refusal(status) : null,
    status.denied ? h('div', { class: 'note warn' }, h('strong', {}, `Denied by ${status.denied.who}: `), status.denied.why, ' (', when(status.denied.time_ms), ')') : null,
    status.refused ? h('div', { class: 'note bad' }, h('strong', {}, 'Guard: '), status.refused.replaceAll('_', ' '), '. The embedding itself is wrong; tell the people who run Headwater.') : null,
    status.state === 'rejected' ? null : stages(status)];
}

function refusal(status) {
  const [meaning, remedy] = reason(status.rejected.reason);
  const old = status.accepted_ms && status.rejected.time_ms < status.accepted_ms;
  return h('div', { class: `note ${old ? '' : 'bad'}` }, h('strong', {}, old ? 'An earlier record was refused. ' : 'Refused. ', meaning),
    h('p', {}, h('strong', {}, 'What to do: '), remedy),
    h('p', { class: 'small soft' }, when(status.rejected.time_ms), ' · ', h('code', {}, status.rejected.reason), status.rejected.detail ? ` · ${status.rejected.detail}` : ''));
}

function actions(places, status) {
  const { domain, item, again } = places;
  const deny = (denies) => async () => {
    const done = await confirmAct({
      title: denies ? 'Deny this item?' : 'Allow this item again?', button: denies ? 'Deny' : 'Allow', dangerous: denies, explain: failure,
      text: h('p', {}, denies ? 'No answer of any node holds it any more, whatever the model says, until somebody allows it.' : 'Answers may hold it again at once.'),
      act: (said) => api.post(api.domainPath(domain, denies ? 'deny' : 'allow'), { items: [item], ...said }),
    });
    if (done) {
      say(denies ? 'Denied.' : 'Allowed.');
      await again().catch(() => null);
    }
  };
  const buttons = [status.denied ? h('button', { class: 'primary', type: 'button', onclick: deny(false) }, 'Allow …') : h('button', { type: 'button', onclick: deny(true) }, 'Deny …')];
  if (status.state === 'visible') {
    buttons.unshift(h('a', { class: 'button', href: places.link('try', null, { item }) }, 'Try it'));
  }
  return buttons;
}

function matchList(status, link, domain) {
  const all = status.matches ?? [];
  const sure = (status.row?.interactions_learned ?? 0) > 0;
  const most = Math.max(...all.map((each) => each.weight), 1e-9);
  return [
    h('header', {}, h('h2', { id: 'matches-title' }, 'Where its embedding came from'),
      h('p', { class: 'soft small' }, sure ? 'It began as the weighted mean of these and has learned from clicks since.' : 'The weighted mean of the items that its text is most like.')),
    all.length === 0 ? empty('No matches', status.row?.origin === 'fallback' ? 'Its text was like nothing known: a stand-in is used.' : 'They appear once it is encoded.')
      : h('ul', { class: 'list bars' }, all.slice(0, 10).map((each) => h('li', {},
        h('span', { class: 'grow clip' }, each.domain === domain ? h('a', { href: link('item', each.item) }, each.title ?? each.item) : h('span', { title: each.item }, each.title ?? each.item, ' ', h('span', { class: 'tag' }, each.domain))),
        bar(each.weight / most), h('span', { class: 'num small' }, percent(each.weight))))),
    all.length > 10 ? h('p', { class: 'soft small' }, `and ${all.length - 10} more`) : null];
}

export function bar(part) {
  const inner = h('span', {});
  inner.style.inlineSize = `${Math.round(Math.max(0, Math.min(1, part)) * 100)}%`;
  return h('span', { class: 'bar', 'aria-hidden': 'true' }, inner);
}

async function neighbours(place, status, { domain, item, link, signal }) {
  const top = h('header', {}, h('h2', { id: 'like-title' }, 'Most like it'), h('p', { class: 'soft small' }, 'By embedding: what people take together, not only what reads alike.'));
  if (status.state !== 'visible') {
    putWhenNew(place, 'none', () => [top, empty('Nothing yet', 'An item that is not visible has no neighbours here.')]);
    return;
  }
  const answer = await api.get(`${api.domainPath(domain, 'items', item, 'similar')}?count=8`, signal);
  const told = answer.items.length ? await statuses(domain, answer.items.map((each) => each.item), signal) : new Map();
  putWhenNew(place, answer.items.map((each) => [each.item, each.score.toFixed(2)]), () => [top, h('ul', { class: 'list bars' }, answer.items.map((each) => h('li', {},
    h('a', { class: 'grow clip', href: link('item', each.item) }, titleOf(told.get(each.item), each.item)), bar(each.score), h('span', { class: 'num small' }, each.score.toFixed(2)))))]);
}

function rowFacts(row) {
  const [word, meaning] = origin(row.origin);
  return facts([
    ['Origin', word, meaning], ['Clicks learned', count(row.interactions_learned), row.newest_event_time_ms ? h('span', {}, 'newest ', when(row.newest_event_time_ms)) : null],
    ['Version', `${row.version.generation}.${row.version.epoch}.${row.version.step}`, 'generation, epoch, step'],
    ['In the answers', when(row.visible_ms), row.published_ms ? `${between(row.published_ms, row.visible_ms)} after it was sent` : null]]);
}
