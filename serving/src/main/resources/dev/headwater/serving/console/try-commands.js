// The commands that do what the page did, to copy.

import * as api from './api.js';
import { h } from './dom.js';
import { shellWord } from './format.js';
import { copyButton } from './parts.js';

function curl({ method, path, body }) {
  const lines = [`curl -s ${shellWord(api.address(path))}`];
  if (api.key()) {
    lines.push('-H "Authorization: Bearer $HEADWATER_KEY"');
  }
  if (method === 'POST') {
    lines.push("-H 'Content-Type: application/json'", `-d ${shellWord(JSON.stringify(body))}`);
  }
  return lines.join(' \\\n  ');
}

function block(name, text) {
  return h('div', { class: 'stack' }, h('div', { class: 'row spread' }, h('h3', {}, name), copyButton(() => text, 'Copy')),
    h('pre', { class: 'command', tabindex: 0, role: 'region', 'aria-label': `${name}: command` }, h('code', {}, text)));
}

/** The commands for the present answer, and for a click on its first item. */
export function commands(state, request, answer) {
  const first = answer.items[0];
  const event = first && {
    event_id: 'EVENT-ID', domain: state.domain, user: state.mode === 'user' ? state.user : state.visitor, item: first.item,
    type: 'click', timestamp: Date.now(), recommendation_id: answer.recommendation_id, position: 0,
  };
  return [
    block('This answer', curl(request)),
    event ? block('A click on its first item', curl({ method: 'POST', path: api.domainPath(state.domain, 'events'), body: event })) : null,
    h('p', { class: 'soft small' }, 'An event id is used once: a repeat of it is dropped.', api.key() ? ' The key is read from $HEADWATER_KEY; it is not in the command.' : ''),
  ];
}
