// Versions of the table: what is served, what is kept, how two differ, and the operator's verbs.

import * as api from './api.js';
import { confirmAct } from './dialog.js';
import { h, put, putWhenNew, say } from './dom.js';
import { count, fullTime, many } from './format.js';
import { empty, facts, failed, guarded, head, pill, refreshAges, skeleton, statuses, titleOf, when } from './parts.js';
import { everySecond, poll } from './poll.js';
import { failure, KINDS, VERSION_STATES } from './words.js';

export const title = 'Versions';

const SHOWN = 8;

export function show({ root, domain, signal, link }) {
  const state = { served: null, kept: null, audit: null, all: false, allAudit: false, people: true };
  const served = h('div', { class: 'summary-slot' }, skeleton(66));
  const pinned = h('div', {});
  const list = h('div', { class: 'list-slot' }, skeleton(320));
  const compare = h('div', {}, skeleton(60));
  const log = h('div', { class: 'list-slot' }, skeleton(220));
  const parts = { served, pinned, list, compare, log, domain, signal, link, state };
  parts.again = () => refresh(parts);
  put(root, head('Versions', 'Every few seconds the model store seals the table, checks it and announces it. You can hold one, or go back.'),
    h('div', { class: 'grid' },
      h('section', { class: 'card', 'aria-labelledby': 'served-title' }, h('header', {}, h('h2', { id: 'served-title' }, 'What is served')), served, pinned),
      h('section', { class: 'card', 'aria-labelledby': 'kept-title' }, h('header', {}, h('h2', { id: 'kept-title' }, 'Kept versions')), list),
      h('section', { class: 'card', 'aria-labelledby': 'diff-title' }, h('header', {}, h('h2', { id: 'diff-title' }, 'Compare two versions')), compare),
      h('section', { class: 'card', 'aria-labelledby': 'audit-title' }, h('header', {}, h('h2', { id: 'audit-title' }, 'Audit log'), auditChoice(parts), h('p', { class: 'soft small' }, 'Who did what, when and why. It is kept for ever, in the topic model-announcements.')), log)));
  poll(guarded(served, () => refresh(parts)), 3000, signal);
  everySecond(() => refreshAges(root), signal);
}

async function refresh(parts) {
  const { domain, signal, state } = parts;
  state.served = await api.get(api.domainPath(domain, 'versions'), signal);
  showServed(parts);
  try {
    const [kept, audit] = await Promise.all([
      api.get(api.domainPath(domain, 'versions', 'kept'), signal), api.get(api.domainPath(domain, 'audit'), signal)]);
    const model = state.served.announced?.model;
    state.kept = kept.versions.filter((each) => !model || each.model === model).reverse();
    state.audit = audit.audit.toReversed();
    showKept(parts);
    showCompare(parts);
    showAudit(parts);
  } catch (e) {
    if (e.name !== 'AbortError' && e.code !== 'unreachable') {
      [parts.list, parts.compare, parts.log].forEach((place, i) => putWhenNew(place, ['failed', e.code], () => (i === 0 ? failed(e) : h('p', { class: 'soft' }, 'Nothing to show without the store.'))));
    } else {
      throw e;
    }
  }
}

function showServed({ served, pinned, state, domain, again }) {
  const { serving, announced } = state.served;
  putWhenNew(served, state.served, () => facts([
    ['Announced version', announced?.announced_version ? count(announced.announced_version) : '–', announced?.pinned ? 'pinned' : 'follows the newest'],
    ['Newest version', announced?.latest_version ? count(announced.latest_version) : '–'],
    ['Rows', count(announced?.rows ?? 0), announced?.checksum ? h('span', { class: 'mono' }, announced.checksum.slice(0, 10)) : null],
    ['Items served here', count(serving?.items ?? 0), `index ${serving?.index ?? '–'}`],
    ['Model', h('span', { class: 'mono' }, (announced?.model ?? serving?.model ?? '–').slice(0, 12)), `generation ${announced?.generation ?? '–'}`],
  ]));
  putWhenNew(pinned, [announced?.pinned, announced?.announced_version, announced?.pinned_by, announced?.pinned_why], () => (announced?.pinned ? h('div', { class: 'note warn row spread' },
    h('span', {}, h('strong', {}, `Held at version ${announced.announced_version}`, announced.pinned_by ? ` by ${announced.pinned_by === 'automatic' ? 'the store itself' : announced.pinned_by}` : '', '. '),
      'Newer rows wait aside', announced.pinned_why ? `: ${announced.pinned_why}` : '.'),
    h('button', { type: 'button', onclick: () => unpin(domain, again) }, 'Unpin …')) : null));
}

function showKept(parts) {
  const { list, state } = parts;
  const shown = state.all ? state.kept : state.kept.slice(0, SHOWN);
  if (shown.length === 0) {
    putWhenNew(list, [], () => empty('No version yet', 'The store seals the first one a few seconds after the first rows.'));
    return;
  }
  const key = [shown.map((v) => [v.version, v.status, v.announced, v.pinned, v.rows]), state.kept.length];
  putWhenNew(list, key, () => [
    h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Kept versions as a table' }, h('table', {}, h('caption', { class: 'sr-only' }, 'Kept versions, newest first'),
      h('thead', {}, h('tr', {}, ['Version', 'State', 'Sealed'].map((name) => h('th', { scope: 'col' }, name)),
        h('th', { scope: 'col', class: 'num' }, 'Rows'), h('th', { scope: 'col', class: 'num' }, 'Changed'), h('th', { scope: 'col' }, h('span', { class: 'sr-only' }, 'Actions')))),
      h('tbody', {}, shown.map((version) => oneVersion(version, parts))))),
    state.kept.length > shown.length ? h('p', {}, h('button', { class: 'link', type: 'button', onclick: () => { state.all = true; showKept(parts); } }, `Show all ${state.kept.length}`)) : null]);
}

function oneVersion(version, parts) {
  const can = version.status !== 'REJECTED' && version.status !== 'RETRACTED';
  const act = (name, run, extra) => h('button', { class: 'tiny quiet', type: 'button', disabled: !can || extra, 'aria-label': `${name} version ${version.version}`, onclick: run }, name);
  const vetoes = version.verdicts.join('; ');
  return h('tr', { class: version.announced ? 'current' : null },
    h('th', { scope: 'row' }, count(version.version)),
    h('td', {}, version.pinned ? pill(['Pinned', 'warn']) : version.announced ? pill(['Served', 'good']) : h('span', { title: vetoes }, pill(VERSION_STATES[version.status] ?? [version.status, 'idle']))),
    h('td', {}, when(version.sealedMs)),
    h('td', { class: 'num' }, count(version.rows)), h('td', { class: 'num' }, count(version.touched)),
    h('td', { class: 'num' }, h('span', { class: 'row acts' },
      act('Compare', () => compareWith(version, parts)), act('Pin', () => pin(version, parts), version.pinned), act('Roll back', () => rollback(version, parts), version === parts.state.kept[0] && version.announced))));
}

function showCompare(parts) {
  const { compare, state } = parts;
  const key = [state.kept.length > 1, state.kept[0]?.version, state.kept.at(-1)?.version];
  if (compare.contains(document.activeElement)) {
    return;
  }
  const chosen = parts.chosen ?? [state.kept[Math.min(state.kept.length - 1, 5)]?.version, state.kept[0]?.version];
  putWhenNew(compare, key, () => {
    if (state.kept.length < 2) {
      return empty('Nothing to compare yet', 'Two versions are needed.');
    }
    const options = (selected) => state.kept.map((v) => h('option', { value: v.version, selected: v.version === selected }, `${v.version} · ${fullTime(v.sealedMs)}`));
    const a = h('select', { id: 'diff-a' }, options(chosen[0]));
    const b = h('select', { id: 'diff-b' }, options(chosen[1]));
    parts.result ??= h('div', { 'aria-live': 'polite' });
    return [h('form', { class: 'row', onsubmit: (event) => { event.preventDefault(); diff(a.value, b.value, parts); } },
      h('label', { for: 'diff-a' }, 'From'), a, h('label', { for: 'diff-b' }, 'to'), b, h('button', { class: 'primary', type: 'submit' }, 'Compare')), parts.result];
  });
}

function compareWith(version, parts) {
  parts.chosen = [version.version, parts.state.kept[0].version];
  parts.compare.shownKey = null;
  showCompare(parts);
  diff(...parts.chosen, parts);
  parts.compare.scrollIntoView({ block: 'center' });
}

async function diff(a, b, parts) {
  const { domain, signal, link, result } = parts;
  put(result, skeleton(80));
  try {
    const found = await api.get(`${api.domainPath(domain, 'versions', 'diff')}?a=${encodeURIComponent(a)}&b=${encodeURIComponent(b)}`, signal);
    const told = found.examples.length ? await statuses(domain, found.examples.map((each) => each.item), signal) : new Map();
    put(result, h('p', { class: 'diff-words' }, diffWords(found)), found.examples.length === 0 ? null : h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Items that moved most' }, h('table', {},
      h('caption', { class: 'sr-only' }, 'Items that moved most'),
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Moved most'), h('th', { scope: 'col', class: 'num' }, 'Distance'))),
      h('tbody', {}, found.examples.map((each) => h('tr', {}, h('td', {}, h('a', { href: link('item', each.item) }, titleOf(told.get(each.item), each.item))),
        h('td', { class: 'num' }, each.move < 0 ? 'added or removed' : each.move.toFixed(3))))))));
  } catch (e) {
    put(result, failed(e));
  }
}

function diffWords(d) {
  return `From ${d.from} to ${d.to}: ${many(d.changed, 'item')} changed, ${count(d.added)} added, ${count(d.removed)} removed.${d.changed ? ` A changed embedding moved by ${d.meanMove.toFixed(3)} on average, ${d.maxMove.toFixed(3)} at most.` : ''}`;
}

/** What people did and what went wrong; routine announcements of the store are the rest. */
const matters = (each) => Boolean(each.who) || each.kind !== 'ANNOUNCED';

function auditChoice(parts) {
  const one = (people, text) => h('label', {}, h('input', { type: 'radio', name: 'audit', checked: parts.state.people === people,
    onchange: () => { parts.state.people = people; showAudit(parts); } }), text);
  return h('fieldset', { class: 'choice right' }, h('legend', { class: 'sr-only' }, 'Which entries'), one(true, 'People and refusals'), one(false, 'Everything'));
}

function showAudit(parts) {
  const { log, state } = parts;
  const wanted = state.people ? state.audit.filter(matters) : state.audit;
  const shown = state.allAudit ? wanted : wanted.slice(0, SHOWN);
  if (shown.length === 0) {
    putWhenNew(log, ['none', state.people], () => empty('Nothing yet', state.people ? 'What people do to versions stands here, with their reasons.' : 'The first announcement stands here soon.'));
    return;
  }
  putWhenNew(log, [shown.map((each) => [each.sequence, each.announcedMs]), wanted.length], () => [
    h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Audit log as a table' }, h('table', { class: 'audit' }, h('caption', { class: 'sr-only' }, 'Audit log, newest first'),
      h('thead', {}, h('tr', {}, ['What', 'Version', 'When', 'Who', 'Why'].map((name) => h('th', { scope: 'col' }, name)))),
      h('tbody', {}, shown.map((each) => h('tr', {}, h('td', {}, pill(KINDS[each.kind] ?? [each.kind.toLowerCase(), 'idle'])), h('td', {}, each.version || each.announcedVersion ? count(each.version || each.announcedVersion) : '–'),
        h('td', {}, when(each.announcedMs)), h('td', {}, each.who || '–'), h('td', { class: 'why', title: each.verdicts.join('; ') }, each.why || (each.kind === 'ANNOUNCED' ? `${many(each.verdicts.length, 'check')} passed` : each.verdicts.join('; ')) || '–')))))),
    wanted.length > shown.length ? h('p', {}, h('button', { class: 'link', type: 'button', onclick: () => { state.allAudit = true; showAudit(parts); } }, `Show all ${wanted.length}`)) : null]);
}

async function pin(version, { domain, again }) {
  const done = await confirmAct({
    title: `Pin version ${version.version}?`, button: `Pin ${version.version}`, explain: failure,
    text: h('p', {}, 'All serving nodes go on with this version; newer rows wait aside until somebody unpins. Learning goes on.'),
    act: (said) => api.post(api.domainPath(domain, 'pin'), { version: version.version, ...said }),
  });
  await after(done, `Version ${version.version} is pinned.`, again);
}

async function unpin(domain, again) {
  const done = await confirmAct({
    title: 'Unpin?', button: 'Unpin', explain: failure,
    text: h('p', {}, 'All serving nodes go on with the newest version that passed its checks.'),
    act: (said) => api.post(api.domainPath(domain, 'unpin'), said),
  });
  await after(done, 'Unpinned.', again);
}

async function rollback(version, parts) {
  const { domain, state, again } = parts;
  const loss = h('p', { class: 'soft' }, 'Looking at what would be taken back …');
  const newest = state.kept[0].version;
  api.get(`${api.domainPath(domain, 'versions', 'diff')}?a=${version.version}&b=${newest}`).then((d) => {
    put(loss, `${many(d.changed, 'item')} changed since would be taken back to what they were${d.changed ? `, by ${d.meanMove.toFixed(3)} on average` : ''}; ${count(d.added)} added and ${count(d.removed)} removed since.`);
  }, (e) => put(loss, failure(e)));
  const done = await confirmAct({
    title: `Roll back to version ${version.version}?`, button: `Roll back to ${version.version}`, dangerous: true, explain: failure,
    text: h('div', { class: 'stack' }, loss, h('p', { class: 'note warn' }, 'The trainer follows: what was learned since is gone, and newer versions are taken back. To stop for a while instead, pin.')),
    act: (said) => api.post(api.domainPath(domain, 'rollback'), { version: version.version, ...said }),
  });
  await after(done, `Rolled back to version ${version.version}.`, again);
}

async function after(done, text, again) {
  if (done) {
    say(text);
    await again().catch(() => null);
  }
}
