/** Opens a connection to a serving node: an address, a key, retries, and errors with their codes. */
import { DomainApi } from './apis/DomainApi.js';
import { NodeApi } from './apis/NodeApi.js';
import { ShopApi } from './apis/ShopApi.js';
import { Configuration, type FetchAPI } from './runtime.js';

const AGAIN = [429, 502, 503, 504];

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

/** How often and when a call is made again: all may be, repeats of an event are dropped. */
export interface Retries {
    /** Calls in all, 1: no retry. */
    attempts: number;
    /** Before the second call; doubled each time, and drawn between half and all of it. */
    firstWaitMs: number;
    /** Bound of that, and of what `Retry-After` may ask for. */
    longestWaitMs: number;
}

export const DEFAULT_RETRIES: Retries = { attempts: 4, firstWaitMs: 100, longestWaitMs: 5_000 };

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
        for (let attempt = 1; ; attempt++) {
            const last = attempt >= retries.attempts;
            try {
                const response = await fetch(url, init);
                if (last || !AGAIN.includes(response.status)) {
                    return response;
                }
                await response.arrayBuffer();
                await wait(attempt, retries, retryAfterSeconds(response));
            } catch (e) {
                if (last) {
                    throw e;
                }
                await wait(attempt, retries);
            }
        }
    };
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
