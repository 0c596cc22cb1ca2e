// Questions that must be answered before something happens.

import { freshId, h, nameOf, refocus } from './dom.js';

const WHO = 'headwater.who';

function open(dialog, focus) {
  const before = document.activeElement;
  const name = before ? nameOf(before) : null;
  document.body.append(dialog);
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (before?.isConnected) {
      before.focus();
    } else {
      refocus(document, name);
    }
  });
  dialog.showModal();
  focus?.focus();
}

function field(label, input, hint) {
  input.id = freshId('field');
  const about = hint ? h('span', { class: 'hint', id: freshId('hint') }, hint) : null;
  if (about) {
    input.setAttribute('aria-describedby', about.id);
  }
  return h('div', { class: 'field' }, h('label', { for: input.id }, label), input, about);
}

/** Asks for the key of the API; null when the person declines. */
export function confirmKey(reason) {
  return new Promise((done) => {
    const input = h('input', { type: 'password', autocomplete: 'off', required: true, name: 'key' });
    const title = freshId('title');
    let given = null;
    const form = h('form', { method: 'dialog', onsubmit: () => { given = input.value.trim() || null; } },
      h('h2', { id: title }, 'This node wants a key'),
      reason ? h('p', { class: 'note bad', role: 'alert' }, reason) : null,
      field('API key or token', input, 'It is kept in this tab until you close it, and sent to this node only.'),
      h('div', { class: 'buttons' },
        h('button', { type: 'button', onclick: () => dialog.close() }, 'Not now'),
        h('button', { class: 'primary', type: 'submit' }, 'Use this key')));
    const dialog = h('dialog', { 'aria-labelledby': title }, form);
    dialog.addEventListener('close', () => done(given));
    open(dialog, input);
  });
}

/**
 * Asks who does something and why, then does it. `act({why, who})` may throw: the dialog then says
 * what went wrong and stays. Resolves to true when it was done.
 */
export function confirmAct({ title, text, button, dangerous, hint, act, explain }) {
  return new Promise((done) => {
    const why = h('input', { required: true, maxlength: 500, autocomplete: 'off', name: 'why' });
    const who = h('input', { required: true, maxlength: 500, autocomplete: 'name', name: 'who', value: remembered() });
    const problem = h('p', { class: 'note bad', role: 'alert', hidden: true });
    const go = h('button', { class: dangerous ? 'danger' : 'primary', type: 'submit' }, button);
    const heading = freshId('title');
    let acted = false;
    const submit = async (event) => {
      event.preventDefault();
      go.disabled = true;
      problem.hidden = true;
      try {
        remember(who.value.trim());
        await act({ why: why.value.trim(), who: who.value.trim() });
        acted = true;
        dialog.close();
      } catch (e) {
        problem.textContent = explain(e);
        problem.hidden = false;
        go.disabled = false;
      }
    };
    const form = h('form', { method: 'dialog', onsubmit: submit },
      h('h2', { id: heading }, title), text, problem,
      field('Why', why, hint ?? 'Everybody who reads the audit log sees it.'), field('Who you are', who),
      h('div', { class: 'buttons' },
        h('button', { type: 'button', onclick: () => dialog.close() }, 'Cancel'), go));
    const dialog = h('dialog', { 'aria-labelledby': heading }, form);
    dialog.addEventListener('close', () => done(acted));
    open(dialog, why);
  });
}

/** The name that was given last, in this tab. */
function remembered() {
  return sessionStorage.getItem(WHO) ?? '';
}

function remember(who) {
  sessionStorage.setItem(WHO, who);
}

export { field };
