// Who asks: a user that is known, or a history put together from found items.

import * as api from './api.js';
import { field } from './dialog.js';
import { h, put } from './dom.js';
import { age, many } from './format.js';
import { statuses, titleOf } from './parts.js';
import { failure } from './words.js';

const HISTORY_MAX = 20;

/** Calls `search` a moment after the last key. */
function whileTyping(input, search, signal, place) {
  let waiting;
  const run = () => search(input.value.trim()).catch((e) => {
    if (e.name !== 'AbortError') {
      put(place, h('p', { class: 'small soft' }, failure(e)));
    }
  });
  input.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(run, 180); });
  signal.addEventListener('abort', () => clearTimeout(waiting), { once: true });
  return run;
}

/** A field for a user, with known users below it. */
export function userChooser(page) {
  const { state, ask } = page;
  const input = h('input', { name: 'user', autocomplete: 'off', value: state.user, maxlength: 255 });
  const list = h('ul', { class: 'suggest', 'aria-label': 'Known users' });
  const known = h('p', { class: 'small soft' }, '\u00a0');
  const history = h('div', { class: 'stack user-history' });
  const choose = (user) => {
    Object.assign(state, { user, order: new Map() });
    input.value = user;
    showHistory(page, history);
    ask();
  };
  const search = async (text) => {
    const found = await api.get(`${api.domainPath(state.domain, 'users')}?count=8&prefix=${encodeURIComponent(text)}`, state.signal);
    known.textContent = `${many(found.known, 'user')} known; ${text ? 'those that begin so' : 'the newest'}:`;
    put(list, found.users.map((each) => h('li', {}, h('button', { type: 'button', onclick: () => choose(each.user) },
      h('span', { class: 'clip' }, each.user), h('span', { class: 'small soft' }, many(each.items, 'item'))))));
  };
  const run = whileTyping(input, search, state.signal, list);
  search('').catch(() => null);
  showHistory(page, history);
  return [
    h('form', { class: 'stack', onsubmit: (event) => { event.preventDefault(); choose(input.value.trim()); } },
      field('User', input, 'One that is unknown gets what is popular.'), h('div', {}, h('button', { class: 'primary', type: 'submit' }, 'Ask'))),
    history, h('details', {}, h('summary', {}, 'Choose a known user'), h('div', { class: 'stack more' }, known, list), h('button', { class: 'link small', type: 'button', onclick: run }, 'Look again'))];
}

async function showHistory({ state }, place) {
  if (!state.user) {
    put(place);
    return;
  }
  try {
    const known = await api.get(api.domainPath(state.domain, 'users', state.user, 'history'), state.signal);
    const last = known.items.slice(-6).reverse();
    const told = last.length ? await statuses(state.domain, last, state.signal) : new Map();
    put(place, h('h3', {}, known.known ? `Took ${many(known.items.length, 'item')}, the newest first` : 'Not known yet'),
      h('ol', { class: 'history', 'aria-label': 'History, newest first' }, last.map((id) => h('li', {}, h('a', { class: 'clip', href: state.link('item', id) }, titleOf(told.get(id), id))))),
      known.based_on ? h('p', { class: 'small soft' }, `Newest event: ${age(known.based_on.event_time)}, by its own time`) : null);
  } catch (e) {
    if (e.name !== 'AbortError') {
      put(place, h('p', { class: 'small soft' }, failure(e)));
    }
  }
}

/** A search for items, and the history made of them, oldest first. */
export function historyChooser(page, again) {
  const { state, ask } = page;
  const input = h('input', { type: 'search', autocomplete: 'off', placeholder: 'Title, brand or id' });
  const list = h('ul', { class: 'suggest', 'aria-label': 'Found items' });
  const chips = h('ol', { class: 'history', 'aria-label': 'History, oldest first' });
  const changed = () => { state.order = new Map(); showChips(); ask(); };
  const showChips = async () => {
    const told = state.history.length ? await statuses(state.domain, state.history, state.signal) : new Map();
    put(chips, state.history.map((id, i) => {
      const name = titleOf(told.get(id), id);
      const drop = () => { state.history.splice(i, 1); changed(); input.focus(); };
      return h('li', {}, h('span', { class: 'clip' }, name), h('button', { type: 'button', 'aria-label': `Take out ${name}`, onclick: drop }, '×'));
    }));
  };
  const search = async (text) => {
    const { items } = await api.get(`${api.domainPath(state.domain, 'items')}?count=8&query=${encodeURIComponent(text)}`, state.signal);
    const add = (id) => () => {
      if (state.history.length < HISTORY_MAX) {
        state.history.push(id);
        changed();
      }
    };
    put(list, items.map((each) => h('li', {}, h('button', { type: 'button', 'aria-label': `Add ${each.title || each.item}`, onclick: add(each.item) }, h('span', { class: 'clip' }, each.title || each.item), h('span', { 'aria-hidden': 'true' }, '+')))));
  };
  whileTyping(input, search, state.signal, list);
  search('').catch(() => null);
  showChips().catch(() => null);
  const visitor = h('input', { autocomplete: 'off', value: state.visitor, maxlength: 255, onchange: (event) => { state.visitor = event.target.value.trim() || state.visitor; } });
  return [chips, field('Add an item', input, 'Oldest first; the last one counts most.'), list,
    field('Name of the visitor', visitor, 'A click in the answer publishes this history and the click as this user.'),
    state.history.length ? h('button', { class: 'link small', type: 'button', onclick: () => { state.history = []; again(page); ask(); } }, 'Begin anew') : null];
}
