"""Runs the cases of the contract through the Python client: a case a line in, what came of it a line out."""

import json
import re
import sys

import headwater_client
from headwater_client.connection import HeadwaterError, Retries, connect


def method(case):
    seconds = (case[name] / 1000 for name in ("first_wait_ms", "longest_wait_ms", "timeout_ms"))
    retries = Retries(case["attempts"], *seconds)
    connection = connect(case["url"], case.get("key"), retries)
    name = re.sub(r"(?=[A-Z])", "_", case["call"]).lower()
    for api in (connection.shop, connection.domain, connection.node):
        if hasattr(api, name):
            return getattr(api, name)
    raise LookupError(name)


def answer(case):
    arguments = {**dict(case["path"]), **case["query"]}
    if "body" in case:
        kind = case["body_type"]
        argument = re.sub(r"(?<!^)(?=[A-Z])", "_", kind).lower()
        arguments[argument] = getattr(headwater_client, kind).from_dict(case["body"])
    return method(case)(**arguments).to_dict()


def outcome(case):
    try:
        return {"answer": answer(case)}
    except HeadwaterError as e:
        return {"refused": {"status": e.status, "code": e.code, "detail": e.detail, "retry_after": e.retry_after}}
    except Exception as e:  # of another kind than the client promises: the suite fails with it
        return {"failed": f"{type(e).__name__}: {e}"}


for line in sys.stdin:
    print(json.dumps(outcome(json.loads(line))), flush=True)
