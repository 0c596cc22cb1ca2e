// Parts that several pages show.

import * as api from './api.js';
import { age, fullTime } from './format.js';
import { h, putWhenNew } from './dom.js';
import { failure } from './words.js';

/** The head of a page. */
export const head = (title, lead, ...actions) => h('div', { class: 'head' },
  h('div', {}, h('h1', {}, title), h('p', { class: 'lead' }, lead)),
  actions.length ? h('div', { class: 'actions' }, actions) : null);

export const pill = ([word, kind], extra = '') => h('span', { class: `pill ${kind} ${extra}` }, word);

/** A time as its age; the whole time is there for mouse and listeners. */
export function when(ms) {
  const time = h('time', { datetime: new Date(ms).toISOString(), title: fullTime(ms), 'data-ms': ms }, age(ms));
  return time;
}

/** Brings all ages below an element up to date. */
export function refreshAges(root) {
  for (const time of root.querySelectorAll('time[data-ms]')) {
    const text = age(Number(time.dataset.ms));
    if (time.textContent !== text) {
      time.textContent = text;
    }
  }
}

/** A list of terms and values: [[term, value, small?]]. */
export const facts = (list) => h('dl', { class: 'facts' }, list.map(([term, value, small]) =>
  h('div', {}, h('dt', {}, term), h('dd', {}, value, small ? h('small', {}, small) : null))));

/** What stands where there is nothing yet. */
export const empty = (title, text, ...more) => h('div', { class: 'empty' }, h('strong', {}, title), h('span', {}, text), more);

/** What stands where something failed. */
export function failed(e, again) {
  const enter = async () => {
    if (await api.enterKey('')) {
      location.reload();
    }
  };
  return h('div', { class: 'note bad', role: 'alert' }, h('div', { class: 'row spread' }, h('span', {}, failure(e)),
    e.status === 401 ? h('button', { class: 'tiny', type: 'button', onclick: enter }, 'Enter key') : null,
    again ? h('button', { class: 'tiny', type: 'button', onclick: again }, 'Try again') : null));
}

/** Wraps what asks for a part of a page, so that the part says what went wrong. */
export const guarded = (place, ask) => async () => {
  try {
    return await ask();
  } catch (e) {
    if (e.name !== 'AbortError' && e.code !== 'unreachable') {
      putWhenNew(place, ['failed', e.code], () => failed(e));
    }
    throw e;
  }
};

/** Grey blocks of the size of what is to come. */
export const skeleton = (height) => {
  const block = h('div', { class: 'skeleton', 'aria-hidden': 'true' });
  block.style.height = `${height}px`;
  return block;
};

/** A button that copies a text. */
export function copyButton(text, label = 'Copy') {
  const button = h('button', { class: 'tiny quiet', type: 'button' }, label);
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(text());
      button.textContent = 'Copied';
    } catch {
      button.textContent = 'Select and copy by hand';
    }
    setTimeout(() => { button.textContent = label; }, 2000);
  });
  return button;
}

const known = new Map();

/** Titles of items, asked for once: returns a map from id to status. */
export async function statuses(domain, ids, signal) {
  const wanted = [...new Set(ids)];
  const missing = wanted.filter((id) => !known.has(`${domain}/${id}`));
  if (missing.length > 0) {
    const answer = await api.post(api.domainPath(domain, 'items', 'status'), { items: missing }, signal);
    answer.items.forEach((each) => { if (each.title) { known.set(`${domain}/${each.item}`, each); } });
    return new Map(wanted.map((id) => [id, known.get(`${domain}/${id}`) ?? answer.items.find((each) => each.item === id)]));
  }
  return new Map(wanted.map((id) => [id, known.get(`${domain}/${id}`)]));
}

/** A title, or the id where there is none. */
export const titleOf = (status, id) => status?.title ?? id;
