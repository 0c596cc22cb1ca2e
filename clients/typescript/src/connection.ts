/** Opens a connection to a serving node: an address, a key, retries, and errors with their codes. */
import { DomainApi } from './apis/DomainApi.js';
import { NodeApi } from './apis/NodeApi.js';
import { ShopApi } from './apis/ShopApi.js';
import { Configuration, type FetchAPI } from './runtime.js';

const AGAIN = [429, 502, 503, 504];
const ORDERS = /\/(pin|unpin|rollback)$/;
const WITHOUT_BODY = [204, 205, 304];

/**
 * A call that was refused, or got no answer in spite of retries.
 *
 * `status` is 0 when there was no answer; `code` is stable, for programs (x-headwater-problems of the OpenAPI document lists
 * them all); `retryAfterSeconds` is what the node asks to wait.
 */
export class HeadwaterError extends Error {
    override readonly name = 'HeadwaterError';

    constructor(
        readonly status: number,
        readonly code: string,
        readonly detail: string,
        readonly retryAfterSeconds?: number,
    ) {
        super(`${code}: ${detail}`);
    }
}

/**
 * How often and when a call is made again: repeats of an event are dropped. Pin, unpin and rollback are orders: they are made
 * again only after 429, for nobody knows what became of them otherwise.
 */
export interface Retries {
    /** Calls in all, 1: no retry. */
    attempts: number;
    /** Before the second call; doubled each time, and drawn between half and all of it. */
    firstWaitMs: number;
    /** Bound of that, and of what `Retry-After` may ask for. */
    longestWaitMs: number;
    /** Of one call, to the end of its answer. */
    timeoutMs: number;
}

export const DEFAULT_RETRIES: Retries = { attempts: 4, firstWaitMs: 100, longestWaitMs: 5_000, timeoutMs: 15_000 };

/** The calls of one node: for shops, for who looks after a domain, and about the node itself. */
export interface Connection {
    shop: ShopApi;
    domain: DomainApi;
    node: NodeApi;
}

/** Returns the calls of a node at an address like `http://localhost:8080`; opens nothing yet. */
export function connect(node: string, options: { key?: string; retries?: Partial<Retries> } = {}): Connection {
    const configuration = new Configuration({
        basePath: node,
        apiKey: options.key,
        fetchApi: calling({ ...DEFAULT_RETRIES, ...options.retries }),
        middleware: [{ post: async ({ response }) => refuse(response), onError: async ({ error }) => noAnswer(error) }],
    });
    return {
        shop: new ShopApi(configuration),
        domain: new DomainApi(configuration),
        node: new NodeApi(configuration),
    };
}

function calling(retries: Retries): FetchAPI {
    return async (url, init) => {
        const isOrder = ORDERS.test(String(url).split('?')[0] ?? '');
        for (let attempt = 1; ; attempt++) {
            const last = attempt >= retries.attempts;
            try {
                const response = await answer(url, init, retries.timeoutMs);
                const mayRepeat = response.status === 429 || (!isOrder && AGAIN.includes(response.status));
                if (last || !mayRepeat) {
                    return response;
                }
                await wait(attempt, retries, retryAfterSeconds(response));
            } catch (e) {
                if (last || isOrder || init?.signal?.aborted) {
                    throw e;
                }
                await wait(attempt, retries);
            }
        }
    };
}

/** One call with its answer read whole: a connection may break, or a node stand still, in the body as well. */
async function answer(url: Parameters<FetchAPI>[0], init: RequestInit | undefined, timeoutMs: number): Promise<Response> {
    const ending = new AbortController();
    const timer = setTimeout(() => ending.abort(new Error(`no whole answer within ${timeoutMs} ms`)), timeoutMs);
    const stop = () => ending.abort(init?.signal?.reason);
    init?.signal?.addEventListener('abort', stop);
    try {
        if (init?.signal?.aborted) {
            stop();
        }
        const response = await fetch(url, { ...init, signal: ending.signal });
        const body = await response.arrayBuffer();
        return new Response(WITHOUT_BODY.includes(response.status) ? null : body, response);
    } finally {
        clearTimeout(timer);
        init?.signal?.removeEventListener('abort', stop);
    }
}

function wait(attempt: number, retries: Retries, askedSeconds = 0): Promise<void> {
    const own = retries.firstWaitMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
    const ms = Math.min(Math.max(own, askedSeconds * 1_000), retries.longestWaitMs);
    return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Seconds, as nodes write it, or a date. */
function retryAfterSeconds(response: Response): number | undefined {
    const text = response.headers.get('retry-after') ?? '';
    if (/^[0-9]{1,9}$/.test(text)) {
        return Number(text);
    }
    const until = Date.parse(text);
    return Number.isNaN(until) ? undefined : Math.max(0, (until - Date.now()) / 1_000);
}

async function refuse(response: Response): Promise<void> {
    if (response.ok) {
        return;
    }
    // What stands between us and a node may answer in words of its own.
    let problem = { code: `http_${response.status}`, detail: 'no problem details' };
    if (response.headers.get('content-type')?.includes('problem+json')) {
        problem = await response.json();
    }
    throw new HeadwaterError(response.status, problem.code, problem.detail, retryAfterSeconds(response));
}

async function noAnswer(error: unknown): Promise<undefined> {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new HeadwaterError(0, 'no_answer', String(cause));
}
