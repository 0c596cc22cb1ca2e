// Items for merchants: find one, see what was refused, add one and watch it become visible.

import * as api from './api.js';
import { field } from './dialog.js';
import { h, put, putWhenNew } from './dom.js';
import { between } from './format.js';
import { empty, failed, guarded, head, pill, refreshAges, skeleton, when } from './parts.js';
import { everySecond, poll } from './poll.js';
import { stages, track } from './track.js';
import { failure, ITEM_STATES, reason } from './words.js';

export const title = 'Items';

const SHOWN = 12;

export function show({ root, domain, query, signal, link }) {
  const found = h('div', { class: 'list-slot long' }, skeleton(650));
  const refused = h('div', {}, skeleton(80));
  const input = h('input', { type: 'search', id: 'find', placeholder: 'Title, brand or id', autocomplete: 'off', value: query.get('query') ?? '' });
  const heading = h('h2', { id: 'found-title' }, 'Newest items');
  const search = async () => {
    const text = input.value.trim();
    const { items } = await api.get(`${api.domainPath(domain, 'items')}?count=${SHOWN}&query=${encodeURIComponent(text)}`, signal);
    await showFound({ found, heading, domain, signal, link }, items, text);
  };
  let waiting;
  input.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => search().catch((e) => { if (e.name !== 'AbortError') { put(found, failed(e)); } }), 200);
  });
  put(root, head('Items', 'Where each item is on its way into the answers, and why it is not there.'),
    h('div', { class: 'grid' },
      h('section', { class: 'card two-thirds', 'aria-labelledby': 'found-title' },
        h('div', { class: 'field' }, h('label', { for: 'find' }, 'Find an item'), input),
        h('header', { class: 'list-head' }, heading), found),
      h('div', { class: 'third stack start' }, addCard(domain, link, signal),
        h('section', { class: 'card', 'aria-labelledby': 'refused-title' }, h('header', {}, h('h2', { id: 'refused-title' }, 'Refused lately')), refused))));
  poll(guarded(found, search), 4000, signal);
  poll(guarded(refused, () => showRefused(refused, domain, signal, link)), 4000, signal);
  everySecond(() => refreshAges(root), signal);
}

async function showFound({ found, heading, domain, signal, link }, items, text) {
  heading.textContent = text ? (items.length === SHOWN ? `The best ${SHOWN}` : `Found ${items.length}`) : 'Newest items';
  if (items.length === 0) {
    putWhenNew(found, ['none', text], () => (text ? empty('No item holds all of these words', 'Try fewer words, or ask for the id itself: ', h('a', { href: link('item', text) }, text))
      : empty('No items yet', 'Add the first one, or publish to the topic catalog.')));
    return;
  }
  const told = (await api.post(api.domainPath(domain, 'items', 'status'), { items: items.map((each) => each.item) }, signal)).items;
  const key = told.map((each) => [each.item, each.state, each.title, each.row?.interactions_learned > 0]);
  putWhenNew(found, key, () => h('ul', { class: 'list rows' }, told.map((each, i) => h('li', {},
    h('div', { class: 'grow' }, h('a', { class: 'strong', href: link('item', each.item) }, each.title ?? each.item),
      h('div', { class: 'soft small' }, [each.brand, ...(each.categories ?? [])].filter(Boolean).join(' · ') || each.item)),
    h('span', { class: 'soft small hide-small' }, each.visible_ms && each.received_ms ? `visible after ${between(each.received_ms, each.visible_ms)}` : ''),
    pill(ITEM_STATES[each.state] ?? [each.state, 'idle']),
    h('span', { class: 'soft small age' }, items[i].received_ms ? when(items[i].received_ms) : '')))));
}

async function showRefused(place, domain, signal, link) {
  const { items } = await api.get(`${api.domainPath(domain, 'items', 'rejected')}?count=5`, signal);
  putWhenNew(place, items, () => (items.length === 0 ? h('p', { class: 'soft small' }, 'No item was refused.') : h('ul', { class: 'list' }, items.map((each) => h('li', { class: 'column' },
    h('div', { class: 'row spread' }, h('a', { class: 'clip', href: link('item', each.item) }, each.item), h('span', { class: 'soft small' }, when(each.time_ms))),
    h('span', { class: 'small' }, reason(each.reason)[0]))))));
}

const newId = () => `item-${Date.now().toString(36)}`;

function addCard(domain, link, signal) {
  const id = h('input', { name: 'item', required: true, maxlength: 255, autocomplete: 'off', value: newId() });
  const name = h('input', { name: 'title', autocomplete: 'off', placeholder: 'Wooden toy train' });
  const brand = h('input', { name: 'brand', autocomplete: 'off' });
  const categories = h('input', { name: 'categories', autocomplete: 'off', placeholder: 'Toys, Trains' });
  const text = h('textarea', { name: 'text', rows: 2 });
  const outcome = h('div', { class: 'outcome', 'aria-live': 'polite' });
  const go = h('button', { class: 'primary', type: 'submit' }, 'Publish');
  const submit = async (event) => {
    event.preventDefault();
    go.disabled = true;
    const item = { domain, item: id.value.trim(), title: name.value.trim() };
    if (brand.value.trim()) { item.brand = brand.value.trim(); }
    if (text.value.trim()) { item.text = text.value.trim(); }
    const list = categories.value.split(',').map((each) => each.trim()).filter(Boolean);
    if (list.length) { item.categories = list; }
    await publish(domain, item, outcome, link, signal);
    go.disabled = false;
    id.value = newId();
  };
  return h('section', { class: 'card', 'aria-labelledby': 'add-title' }, h('header', {}, h('h2', { id: 'add-title' }, 'Add an item')),
    h('form', { class: 'stack', onsubmit: submit },
      field('Title', name, 'What it is, in plain words: its embedding is made from this.'), field('Id', id),
      h('details', {}, h('summary', {}, 'Brand, categories, text'), h('div', { class: 'stack more' }, field('Brand', brand), field('Categories', categories, 'With commas between.'), field('Text', text))),
      h('div', {}, go)), outcome);
}

async function publish(domain, item, outcome, link, signal) {
  const sentMs = Date.now();
  try {
    await api.post(api.domainPath(domain, 'items'), item, signal);
  } catch (e) {
    const [meaning, remedy] = reason(e.code);
    put(outcome, h('div', { class: 'note bad' }, h('strong', {}, e.status === 400 ? `Refused: ${meaning}` : failure(e)), e.status === 400 ? h('p', { class: 'small' }, `${remedy} (${e.message})`) : null));
    return;
  }
  const line = h('div', { class: 'line-slot' });
  const words = h('p', { class: 'small soft' }, 'Published; waiting for it to become visible …');
  put(outcome, h('div', { class: 'note' }, h('strong', {}, item.title), ' ', h('a', { href: link('item', item.item) }, 'Its page'), line, words));
  const last = await track(domain, item.item, sentMs, signal, (status) => putWhenNew(line, status, () => stages(status)));
  if (last.state === 'visible') {
    words.textContent = `Visible after ${between(last.received_ms ?? sentMs, last.visible_ms)}. It can be recommended now.`;
    outcome.firstChild.classList.add('good');
  } else if (!signal.aborted) {
    words.textContent = last.rejected ? `Refused: ${reason(last.rejected.reason)[0]}` : `Not visible yet (${ITEM_STATES[last.state]?.[0] ?? last.state}). Its page goes on watching.`;
  }
}
