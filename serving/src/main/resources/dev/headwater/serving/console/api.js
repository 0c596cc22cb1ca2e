// Calls the node that served this page. Knows the key, and asks for it once when the node wants one.

import { segment } from './format.js';

const KEY = 'headwater.key';
const root = new URL('../', document.baseURI);
const listeners = new Set();
let asking = null;
let declined = false;
let reachable = true;
let askForKey = async () => null;

/** A call that was not answered with what it wanted. `status` 0: nobody answered. */
export class ApiError extends Error {
  constructor(status, code, detail) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

export const key = () => sessionStorage.getItem(KEY);

/** Forgets the key. */
export function forgetKey() {
  sessionStorage.removeItem(KEY);
  declined = false;
}

/** Sets who asks a person for the key; it returns the key, or null when the person declined. */
export function onKeyNeeded(ask) {
  askForKey = ask;
}

/** Asks for a key now. */
export async function enterKey(reason) {
  asking ??= askForKey(reason).finally(() => { asking = null; });
  const given = await asking;
  declined = given === null;
  if (given !== null) {
    sessionStorage.setItem(KEY, given);
  }
  return given !== null;
}

/** Hears whether the node answers. */
export function onReach(listener) {
  listeners.add(listener);
}

function reached(now) {
  if (reachable !== now) {
    reachable = now;
    listeners.forEach((each) => each(now));
  }
}

/** The address of an API path, for people to copy. */
export const address = (path) => new URL(path.replace(/^\//, ''), root).href;

async function send(method, path, body, signal) {
  const headers = {};
  const used = key();
  if (used) {
    headers.Authorization = `Bearer ${used}`;
  }
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  let response;
  try {
    response = await fetch(address(path), {
      method, headers, signal, cache: 'no-store', credentials: 'same-origin',
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (e) {
    if (e.name !== 'AbortError') {
      reached(false);
      throw new ApiError(0, 'unreachable', 'The node does not answer.');
    }
    throw e;
  }
  reached(true);
  return { response, used };
}

async function problem(response) {
  try {
    const body = await response.json();
    return new ApiError(response.status, body.code ?? 'unknown', body.detail ?? response.statusText);
  } catch {
    return new ApiError(response.status, 'unknown', response.statusText || `status ${response.status}`);
  }
}

async function authorised(method, path, body, signal) {
  for (;;) {
    const { response, used } = await send(method, path, body, signal);
    if (response.status !== 401) {
      return response;
    }
    const changed = key() !== used;
    const reason = used ? 'The node does not accept this key.' : '';
    if (!changed && (declined || !(await enterKey(reason)))) {
      throw await problem(response);
    }
    if (changed && key() === null) {
      throw await problem(response);
    }
  }
}

async function json(method, path, body, signal) {
  const response = await authorised(method, path, body, signal);
  if (!response.ok) {
    throw await problem(response);
  }
  return response.json();
}

export const get = (path, signal) => json('GET', path, undefined, signal);
export const post = (path, body, signal) => json('POST', path, body, signal);
export const remove = (path) => json('DELETE', path);

/** A GET whose answer may be a problem that still tells something, like /ready. */
export async function look(path, signal) {
  const response = await authorised('GET', path, undefined, signal);
  return { status: response.status, body: await response.json().catch(() => ({})) };
}

/** A GET of plain text. */
export async function text(path, signal) {
  const response = await authorised('GET', path, undefined, signal);
  if (!response.ok) {
    throw await problem(response);
  }
  return response.text();
}

/** Paths below a domain, with every part encoded. */
export function domainPath(domain, ...parts) {
  return `/v1/domains/${segment(domain)}${parts.map((part) => `/${segment(part)}`).join('')}`;
}
