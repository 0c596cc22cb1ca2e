// Try it: who asks, what the answer is, what a click changes, and the command that does the same.

import * as api from './api.js';
import { h, put, say } from './dom.js';
import { many, seconds } from './format.js';
import { empty, failed, head, skeleton, statuses } from './parts.js';
import { answerList, compared } from './try-answer.js';
import { commands } from './try-commands.js';
import { historyChooser, userChooser } from './try-who.js';
import { wait } from './poll.js';
import { failure } from './words.js';

export const title = 'Try it';

const COUNT = 10;
const PATIENCE_MS = 15_000;

export function show({ root, domain, query, signal, link }) {
  const state = {
    domain, link, signal,
    mode: query.get('item') ? 'history' : 'user',
    user: query.get('user') ?? '', history: query.getAll('item'), visitor: `visitor-${token().slice(0, 6)}`,
    answer: null, order: new Map(), busy: false, titles: new Map(),
  };
  const places = {
    who: h('div', { class: 'stack' }), answer: h('div', { class: 'answer-slot' }), latency: h('div', { class: 'latency', role: 'status' }),
    commands: h('div', { class: 'stack' }),
  };
  const page = { state, places, ask: () => ask(page), click: (item, position) => click(page, item, position) };
  put(root, head('Try it', 'See what somebody would be shown, click like them, and see the answer change. Clicks here are real events.'),
    h('div', { class: 'grid' },
      h('section', { class: 'card third', 'aria-labelledby': 'who-title' }, h('header', {}, h('h2', { id: 'who-title' }, 'Who asks')), modeChoice(page), places.who),
      h('section', { class: 'card two-thirds', 'aria-labelledby': 'answer-title' }, h('header', {}, h('h2', { id: 'answer-title' }, 'The answer')), places.latency, places.answer),
      h('section', { class: 'card', 'aria-labelledby': 'command-title' }, h('header', {}, h('h2', { id: 'command-title' }, 'The same from a terminal')), places.commands)));
  showWho(page);
  begin(page);
}

async function begin(page) {
  const { state } = page;
  if (state.mode === 'user' && !state.user) {
    try {
      const { users } = await api.get(`${api.domainPath(state.domain, 'users')}?count=1`, state.signal);
      state.user = users[0]?.user ?? '';
      showWho(page);
    } catch (e) {
      if (e.name === 'AbortError') {
        return;
      }
    }
  }
  await page.ask();
}

function modeChoice(page) {
  const one = (mode, text) => h('label', {}, h('input', {
    type: 'radio', name: 'mode', value: mode, checked: page.state.mode === mode,
    onchange: () => { page.state.mode = mode; page.state.order = new Map(); showWho(page); page.ask(); },
  }), text);
  return h('fieldset', { class: 'choice mode' }, h('legend', { class: 'sr-only' }, 'Who asks'), one('user', 'A user'), one('history', 'A history'));
}

function showWho(page) {
  const radio = document.querySelector(`.mode input[value="${page.state.mode}"]`);
  if (radio) {
    radio.checked = true;
  }
  put(page.places.who, page.state.mode === 'user' ? userChooser(page, showWho) : historyChooser(page, showWho));
}

const token = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const userPath = ({ domain, user }) => `${api.domainPath(domain, 'users', user, 'recommendations')}?count=${COUNT}&explain=true`;

function request(state) {
  return state.mode === 'user'
    ? { method: 'GET', path: userPath(state) }
    : { method: 'POST', path: api.domainPath(state.domain, 'recommendations'), body: { history: state.history, count: COUNT, explain: true } };
}

const call = (what, signal) => (what.method === 'GET' ? api.get(what.path, signal) : api.post(what.path, what.body, signal));

async function ask(page) {
  const { state, places } = page;
  if (state.mode === 'user' && !state.user) {
    put(places.latency);
    put(places.answer, empty('Nobody chosen', 'Name a user, or compose a history.'));
    put(places.commands, h('p', { class: 'soft' }, 'Choose who asks first.'));
    return;
  }
  const what = request(state);
  if (!state.answer) {
    put(places.answer, skeleton(520));
  }
  const start = performance.now();
  try {
    const answer = await call(what, state.signal);
    const took = performance.now() - start;
    put(places.latency, h('p', { class: 'note' }, `Answered in ${seconds(took / 1000)}, as your browser sees it. `, told(answer, state)));
    await showAnswer(page, answer);
  } catch (e) {
    if (e.name !== 'AbortError') {
      put(places.latency);
      put(places.answer, failed(e, page.ask));
    }
  }
}

function told(answer, state) {
  if (answer.fallback === 'text') {
    return state.mode === 'user' ? 'No item of this history has an embedding yet: its items\' texts stand in for them.' : 'No item of this history has an embedding yet: their texts stand in for them.';
  }
  if (answer.fallback) {
    return state.mode === 'user' ? 'Nothing usable is known of this user: these are the items most taken lately.' : 'Nothing usable in this history: these are the items most taken lately.';
  }
  return state.mode === 'user' ? '' : 'Nothing of this is remembered.';
}

async function showAnswer(page, answer, clicked) {
  const { state, places } = page;
  const ids = answer.items.flatMap((each) => [each.item, ...(each.because ?? []).map((why) => why.item), ...(each.experts ?? []).flatMap((expert) => expert.items.map((why) => why.item)), ...(each.matches ?? []).filter((why) => why.domain === state.domain).map((why) => why.item)]);
  if (ids.length > 0) {
    (await statuses(state.domain, ids, state.signal)).forEach((status, id) => state.titles.set(id, status));
  }
  const changes = compared(state.order, answer.items, Boolean(clicked));
  state.answer = answer;
  state.order = new Map(answer.items.map((each, i) => [each.item, i]));
  put(places.answer, answer.items.length === 0 ? empty('The answer is empty', 'No item is visible, or all are filtered out.') : answerList(page, answer, changes));
  put(places.commands, commands(state, request(state), answer));
  return changes;
}

/** Publishes a click, with the history before it when the visitor is not known yet, and waits for the answer that knows it. */
async function click(page, item, position) {
  const { state, places } = page;
  if (state.busy) {
    return;
  }
  state.busy = true;
  const composed = state.mode === 'history';
  const user = composed ? state.visitor : state.user;
  const now = Date.now();
  const event = (id, place) => ({ event_id: token(), domain: state.domain, user, item: id, type: 'click', timestamp: place });
  const before = composed ? state.history.map((id, i) => event(id, now - state.history.length + i)) : [];
  const last = { ...event(item, now), recommendation_id: state.answer.recommendation_id, position };
  const start = performance.now();
  put(places.latency, h('p', { class: 'note' }, 'Published; waiting for the answer that knows it …'));
  try {
    const path = api.domainPath(state.domain, 'events');
    await api.post(path, before.length ? { events: [...before, last] } : last, state.signal);
    const answer = await answerThatKnows(state, user, last);
    const took = (performance.now() - start) / 1000;
    if (composed) {
      Object.assign(state, { mode: 'user', user, visitor: `visitor-${token().slice(0, 6)}` });
    }
    if (answer === null) {
      put(places.latency, h('p', { class: 'note warn' }, `No answer knew the click within ${PATIENCE_MS / 1000} s. The event is in Kafka; look at Freshness for the hop that stands still.`));
      return;
    }
    const changes = await showAnswer(page, answer, item);
    places.answer.querySelectorAll('ol.answer button')[position]?.focus({ preventScroll: true });
    const words = `The answer knew the click after ${seconds(took)}: ${changes.words}.`;
    put(places.latency, h('p', { class: 'note good' }, h('strong', {}, words), composed ? ` ${many(before.length + 1, 'event')} went out as user ${user}.` : ''));
    say(words);
  } catch (e) {
    if (e.name !== 'AbortError') {
      put(places.latency, h('p', { class: 'note bad', role: 'alert' }, failure(e)));
    }
  } finally {
    state.busy = false;
    showWho(page);
  }
}

async function answerThatKnows(state, user, event) {
  const path = userPath({ domain: state.domain, user });
  const end = Date.now() + PATIENCE_MS;
  for (let pause = 15; Date.now() < end && !state.signal.aborted; pause = Math.min(400, pause * 1.2)) {
    const answer = await api.get(path, state.signal);
    if (answer.based_on?.event_id === event.event_id || answer.based_on?.event_time >= event.timestamp) {
      return answer;
    }
    await wait(pause, state.signal);
  }
  const { items } = await api.get(api.domainPath(state.domain, 'users', user, 'history'), state.signal);
  return items.includes(event.item) ? api.get(path, state.signal) : null;
}
