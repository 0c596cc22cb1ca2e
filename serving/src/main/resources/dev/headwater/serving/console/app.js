// The frame: which page, which domain, which theme, which key.

import * as api from './api.js';
import { confirmKey } from './dialog.js';
import { h, put } from './dom.js';
import { failure } from './words.js';
import * as freshness from './page-freshness.js';
import * as quality from './page-quality.js';
import * as versions from './page-versions.js';
import * as items from './page-items.js';
import * as item from './page-item.js';
import * as tryIt from './page-try.js';

const PAGES = { freshness, quality, versions, items, item, try: tryIt };
const NAV = [['freshness', 'Freshness'], ['quality', 'Quality'], ['versions', 'Versions'], ['items', 'Items'], ['try', 'Try it']];
const THEMES = ['auto', 'light', 'dark'];

const main = document.getElementById('main');
let domains = [];
let leaving = new AbortController();
let first = true;

/** Reads `#/domain/page/argument?query`; every part is encoded. */
function place() {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
  const [domain, page, arg] = path.split('/').map(decoded);
  return { domain, page: PAGES[page] ? page : 'freshness', arg, query: new URLSearchParams(query ?? '') };
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The address of a page of this console. */
function link(domain, page, arg, query) {
  const parts = [domain, page, arg].filter((part) => part !== undefined && part !== null && part !== '');
  const text = query ? `?${new URLSearchParams(query)}` : '';
  return `#/${parts.map(encodeURIComponent).join('/')}${text}`;
}

function show() {
  const at = place();
  if (!domains.some((each) => each.domain === at.domain)) {
    if (domains.length > 0) {
      location.replace(link(domains[0].domain, at.page, at.arg));
    }
    return;
  }
  leaving.abort();
  leaving = new AbortController();
  const page = PAGES[at.page];
  frame(at);
  document.title = `${page.title}${at.arg ? ` · ${at.arg}` : ''} · Headwater`;
  const root = h('div', { class: 'fade-in' });
  put(main, root);
  page.show({
    root, domain: at.domain, arg: at.arg, query: at.query, signal: leaving.signal,
    link: (name, arg, query) => link(at.domain, name, arg, query),
  });
  if (!first) {
    window.scrollTo(0, 0);
    const heading = root.querySelector('h1');
    heading?.setAttribute('tabindex', '-1');
    heading?.focus({ preventScroll: true });
  }
  first = false;
}

function frame(at) {
  const current = at.page === 'item' ? 'items' : at.page;
  put(document.getElementById('nav'), h('ul', {}, NAV.map(([name, title]) =>
    h('li', {}, h('a', { href: link(at.domain, name), 'aria-current': name === current ? 'page' : null }, title)))));
  put(document.getElementById('tools'), domainChoice(at), keyButton(), themeButton());
}

function domainChoice(at) {
  if (domains.length < 2) {
    return h('span', { class: 'tag', title: 'Domain' }, h('span', { class: 'sr-only' }, 'Domain '), at.domain);
  }
  const choose = (event) => { location.hash = link(event.target.value, at.page === 'item' ? 'items' : at.page); };
  return h('select', { 'aria-label': 'Domain', onchange: choose, class: 'quiet' },
    domains.map((each) => h('option', { value: each.domain, selected: each.domain === at.domain }, each.domain)));
}

function keyButton() {
  if (api.key()) {
    return h('button', { class: 'tiny quiet', type: 'button', title: 'The key stays in this tab only', onclick: () => { api.forgetKey(); location.reload(); } }, 'Forget key');
  }
  return needsKey ? h('button', { class: 'tiny', type: 'button', onclick: enter }, 'Enter key') : null;
}

let needsKey = false;

async function enter() {
  if (await api.enterKey('')) {
    location.reload();
  }
}

function themeButton() {
  const now = document.documentElement.dataset.theme ?? 'auto';
  const next = () => {
    const theme = THEMES[(THEMES.indexOf(document.documentElement.dataset.theme ?? 'auto') + 1) % THEMES.length];
    if (theme === 'auto') {
      delete document.documentElement.dataset.theme;
    } else {
      document.documentElement.dataset.theme = theme;
    }
    try { localStorage.setItem('headwater.theme', theme); } catch { /* Not kept, then. */ }
    const fresh = themeButton();
    document.getElementById('theme').replaceWith(fresh);
    fresh.focus();
  };
  const signs = { auto: '◐', light: '○', dark: '●' };
  return h('button', { id: 'theme', class: 'tiny quiet', type: 'button', onclick: next, 'aria-label': `Theme: ${now}. Change` },
    h('span', { 'aria-hidden': 'true' }, signs[now]), h('span', { class: 'label', 'aria-hidden': 'true' }, now));
}

function banner(answers) {
  const slot = document.getElementById('banner');
  main.classList.toggle('stale', !answers);
  put(slot, answers ? null : h('p', { class: 'note bad' },
    h('strong', {}, 'The node does not answer. '), 'What you see is what it said last; the console goes on trying.'));
}

async function start() {
  try {
    domains = (await api.get('/v1/domains')).domains;
    if (domains.length === 0) {
      startProblem('This node serves no domain yet', 'It names them as soon as the first record of one arrives.');
      setTimeout(start, 2000);
      return;
    }
    show();
  } catch (e) {
    needsKey = e.status === 401;
    startProblem(needsKey ? 'This node wants a key' : 'The console cannot begin', failure(e));
    if (!needsKey && e.status !== 403) {
      setTimeout(start, 2000);
    }
  }
}

function startProblem(title, detail) {
  put(document.getElementById('tools'), keyButton(), themeButton());
  put(main, h('div', { class: 'card empty' }, h('h1', {}, title), h('p', {}, detail),
    needsKey ? h('p', {}, h('button', { class: 'primary', type: 'button', onclick: enter }, 'Enter key')) : null));
}

api.onKeyNeeded(confirmKey);
api.onReach(banner);
addEventListener('hashchange', show);
start();
