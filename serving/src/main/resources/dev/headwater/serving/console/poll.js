// Asks again and again while somebody looks: stops with its page, pauses while the page is hidden,
// waits longer while nobody answers.

const SLOWEST_MS = 15_000;

/** Calls `ask` every `everyMs` until `signal` aborts. `ask` returns false to stop. */
export async function poll(ask, everyMs, signal) {
  let pause = everyMs;
  while (!signal.aborted) {
    if (!document.hidden) {
      try {
        if (await ask() === false) {
          return;
        }
        pause = everyMs;
      } catch (e) {
        if (e.name === 'AbortError') {
          return;
        }
        pause = Math.min(SLOWEST_MS, pause * 1.6);
      }
    }
    await wait(pause, signal);
  }
}

/** Waits, less long when the signal aborts or the page comes back to the front. */
export function wait(ms, signal) {
  return new Promise((done) => {
    const end = () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', shown);
      done();
    };
    const shown = () => { if (!document.hidden) { end(); } };
    const timer = setTimeout(end, ms);
    document.addEventListener('visibilitychange', shown);
    signal?.addEventListener('abort', end, { once: true });
  });
}

/** Calls `tick` about once a second, for ages that grow. */
export function everySecond(tick, signal) {
  const timer = setInterval(tick, 1000);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}
