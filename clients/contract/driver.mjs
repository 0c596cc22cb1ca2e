// Runs the cases of the contract through the TypeScript client: a case a line in, what came of it a line out.
import { createInterface } from 'node:readline';
import { connect, HeadwaterError } from 'headwater-client';

function method(asked) {
    const retries = {
        attempts: asked.attempts, firstWaitMs: asked.first_wait_ms, longestWaitMs: asked.longest_wait_ms, timeoutMs: asked.timeout_ms,
    };
    const connection = connect(asked.url, { key: asked.key, retries });
    const api = [connection.shop, connection.domain, connection.node].find((each) => asked.call in each);
    return api[asked.call].bind(api);
}

async function answer(asked) {
    const args = { ...Object.fromEntries(asked.path), ...asked.query };
    if (asked.body !== undefined) {
        args[asked.body_type] = asked.body;
    }
    return method(asked)(args);
}

async function outcome(asked) {
    try {
        return { answer: await answer(asked) };
    } catch (e) {
        if (e instanceof HeadwaterError) {
            return { refused: { status: e.status, code: e.code, detail: e.detail, retry_after: e.retryAfterSeconds } };
        }
        return { failed: `${e}` }; // of another kind than the client promises: the suite fails with it
    }
}

for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await outcome(JSON.parse(line))));
}
