// Follows an item from published to visible, and draws its line of times.

import * as api from './api.js';
import { h } from './dom.js';
import { between, clockTime, fullTime } from './format.js';
import { wait } from './poll.js';

const PATIENCE_MS = 60_000;
const QUICK_MS = 60;

export const STAGES = [
  ['received_ms', 'Received', 'published by the merchant'],
  ['accepted_ms', 'Accepted', 'checked by ingest'],
  ['encoded_ms', 'Encoded', 'embedding made from its text'],
  ['published_ms', 'Published', 'embedding sent'],
  ['visible_ms', 'Visible', 'can be recommended here'],
];

/** Asks for the status until the item is visible or refused later than `sinceMs`; returns the last one. */
export async function track(domain, item, sinceMs, signal, each) {
  const end = Date.now() + PATIENCE_MS;
  let status = { state: 'unknown' };
  for (let pause = QUICK_MS; Date.now() < end && !signal.aborted; pause = Math.min(1000, pause * 1.15)) {
    status = await api.get(api.domainPath(domain, 'items', item, 'status'), signal);
    each(status);
    const refused = status.rejected && status.rejected.time_ms >= sinceMs - 2000;
    if (refused || (status.state === 'visible' && (status.accepted_ms ?? 0) >= sinceMs - 2000)) {
      return status;
    }
    await wait(pause, signal);
  }
  return status;
}

/** The line of times: a dot for each stage that was reached, with what it took. */
export function stages(status) {
  const first = status.received_ms;
  let before = null;
  return h('ol', { class: 'stages' }, STAGES.map(([field, name, meaning]) => {
    const at = status[field];
    const took = at && before ? between(before, at) : null;
    if (at) {
      before = at;
    }
    return h('li', { class: at ? 'done' : 'open', title: meaning },
      h('span', { class: 'stage-name' }, name),
      at ? h('time', { datetime: new Date(at).toISOString(), title: fullTime(at) }, clockTime(at)) : h('span', { class: 'soft' }, 'not yet'),
      h('span', { class: 'stage-took' }, took ? `+ ${took}` : field === 'received_ms' && first ? 'start' : '\u00a0'));
  }));
}
