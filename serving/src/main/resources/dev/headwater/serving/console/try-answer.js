// An answer as a list: rank, title, why it is there, and how it moved against the answer before.

import { h } from './dom.js';
import { titleOf } from './parts.js';
import { origin } from './words.js';

/** How an answer differs from the one before; `shown` only after a click. */
export function compared(before, items, shown) {
  const moves = new Map();
  let fresh = 0;
  let moved = 0;
  items.forEach((each, i) => {
    const old = before.get(each.item);
    if (old === undefined) {
      fresh += 1;
      moves.set(each.item, ['new', 'new']);
    } else if (old !== i) {
      moved += 1;
      moves.set(each.item, old > i ? ['up', `↑ ${old - i}`] : ['down', `↓ ${i - old}`]);
    }
  });
  const words = fresh + moved === 0 ? 'the same items in the same order' : `${fresh} new, ${moved} moved, ${items.length - fresh - moved} where they were`;
  return { moves: shown && before.size > 0 ? moves : new Map(), words };
}

/** The list; a click on an item is a real event. */
export function answerList({ state, click }, answer, { moves }) {
  const title = (id) => titleOf(state.titles.get(id), id);
  return h('ol', { class: 'answer' }, answer.items.map((each, i) => {
    const [how, sign] = moves.get(each.item) ?? [];
    const status = state.titles.get(each.item);
    const [word, meaning] = origin(each.origin);
    return h('li', { class: how === 'new' ? 'flash' : null },
      h('span', { class: 'rank' }, h('span', { class: 'sr-only' }, 'Place '), i + 1),
      h('div', {}, h('a', { class: 'strong', href: state.link('item', each.item) }, title(each.item)),
        h('div', { class: 'soft small' }, [status?.brand, ...(status?.categories ?? [])].filter(Boolean).join(' · ') || each.item)),
      h('div', { class: 'row' }, sign ? h('span', { class: `moved ${how}` }, h('span', { 'aria-hidden': 'true' }, sign), h('span', { class: 'sr-only' }, moveWords(how, sign))) : null,
        h('button', { class: 'tiny', type: 'button', 'aria-label': `Click ${title(each.item)}`, onclick: () => click(each.item, i) }, 'Click')),
      h('p', { class: 'because small soft' }, why(each, title, answer, state), ' ', h('span', { class: 'tag', title: meaning }, word)));
  }));
}

const moveWords = (how, sign) => (how === 'new' ? 'new in the answer' : `moved ${how} by ${sign.slice(2)}`);

/** What the expert says that added most, where it is not the learned rows. */
function expertWords(lead, title) {
  const items = lead.items.slice(0, 2).map((reason, i) => [i ? ' and ' : '', h('q', {}, title(reason.item))]);
  if (lead.expert === 'popularity') {
    return 'taken often of late';
  }
  return items.length ? [lead.expert === 'counts' ? 'taken together with ' : 'its text is like ', items] : null;
}

function why(each, title, answer, state) {
  if (answer.fallback === 'popularity') {
    return `taken ${Math.round(each.score)} times lately`;
  }
  const lead = (each.experts ?? [])[0];
  const named = lead && lead.expert !== 'learned' ? expertWords(lead, title) : null;
  const reasons = named ? [] : (each.because ?? []).slice(0, 2);
  const parts = named ? [named] : [];
  if (reasons.length > 0) {
    parts.push('because of ', reasons.map((reason, i) => [i ? ' and ' : '', h('q', {}, title(reason.item)), ` (${reason.weight.toFixed(2)})`]));
  }
  const lent = (each.matches ?? [])[0];
  if (lent) {
    parts.push(parts.length ? '; ' : '', 'its text is most like ', lent.domain === state.domain ? h('q', {}, title(lent.item)) : h('span', {}, `${lent.domain} ${lent.item}`));
  }
  return parts.length ? parts : `score ${each.score.toFixed(2)}`;
}
