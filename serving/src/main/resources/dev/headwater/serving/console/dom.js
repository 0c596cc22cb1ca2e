// Builds elements. Texts only ever become text nodes and attributes, never markup: ids and titles
// may hold anything, and the page's policy forbids everything else.

const SVG = 'http://www.w3.org/2000/svg';

/** Makes an HTML element: attributes, `onclick`-like listeners, and children (null is left out). */
export function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** Makes an SVG element. */
export function s(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) {
      continue;
    }
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (name === 'value') {
      element.value = value;
    } else {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
  add(element, children);
  return element;
}

function add(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) {
      element.append(child instanceof Node ? child : document.createTextNode(String(child)));
    }
  }
}

/** Puts other children into an element. */
export function put(element, ...children) {
  const fragment = document.createDocumentFragment();
  add(fragment, children);
  element.replaceChildren(fragment);
}

/** What tells an element that takes the focus from its neighbours, also after it was rebuilt. */
export const nameOf = (element) => `${element.tagName} ${element.getAttribute('aria-label') ?? element.id ?? ''} ${element.getAttribute('href') ?? element.textContent}`;

/** Gives the focus to the element of this name; null: to none. */
export function refocus(root, name) {
  if (name !== null) {
    const all = [...root.querySelectorAll('a, button, input, select, textarea, summary, [tabindex]')];
    all.find((each) => nameOf(each) === name)?.focus({ preventScroll: true });
  }
}

/** Puts children only when what they show has changed, and keeps the focus where it was. */
export function putWhenNew(element, key, make) {
  const text = JSON.stringify([key]);
  if (element.shownKey !== text) {
    element.shownKey = text;
    const active = document.activeElement;
    const name = element !== active && element.contains(active) ? nameOf(active) : null;
    put(element, make());
    refocus(element, name);
  }
}

/** Sets a text only when it differs. */
export function setText(element, text) {
  if (element.textContent !== String(text)) {
    element.textContent = String(text);
  }
}

/** Says something to people who listen. */
export function say(text) {
  const place = document.getElementById('say');
  place.textContent = '';
  requestAnimationFrame(() => { place.textContent = text; });
}

let ids = 0;

/** Returns an id that no other element has. */
export function freshId(prefix) {
  ids += 1;
  return `${prefix}-${ids}`;
}
