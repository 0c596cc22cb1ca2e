"""Opens a connection to a serving node: an address, a key, retries, and errors with their codes."""

import json
from typing import NamedTuple, Optional

import urllib3
from urllib3.exceptions import HTTPError, MaxRetryError

from headwater_client.api.domain_api import DomainApi
from headwater_client.api.node_api import NodeApi
from headwater_client.api.shop_api import ShopApi
from headwater_client.api_client import ApiClient
from headwater_client.configuration import Configuration
from headwater_client.exceptions import ApiException

NO_ANSWER = 0
AGAIN = (429, 502, 503, 504)


class HeadwaterError(Exception):
    """A call that was refused, or got no answer in spite of retries.

    status: of HTTP, 0 when there was no answer
    code: stable, for programs: x-headwater-problems of the OpenAPI document lists them all
    detail: for a person
    retry_after: seconds that the node asks to wait, or None
    """

    def __init__(self, status: int, code: str, detail: str, retry_after: Optional[int] = None):
        super().__init__(f"{code}: {detail}")
        self.status = status
        self.code = code
        self.detail = detail
        self.retry_after = retry_after


class Retries(NamedTuple):
    """How often and when a call is made again: all may be, repeats of an event are dropped.

    attempts: calls in all, 1: no retry
    first_wait: seconds before the third call at the earliest; doubled each time
    longest_wait: bound of that, and of what Retry-After may ask for
    """

    attempts: int = 4
    first_wait: float = 0.1
    longest_wait: float = 5.0


class _Waits(urllib3.Retry):
    """urllib3's own, but what Retry-After asks for has a bound."""

    longest_wait = 5.0

    def new(self, **kw):
        same = super().new(**kw)
        same.longest_wait = self.longest_wait
        return same

    def get_retry_after(self, response):
        asked = super().get_retry_after(response)
        return None if asked is None else min(asked, self.longest_wait)


def _waits(retries: Retries) -> urllib3.Retry:
    waits = _Waits(
        total=retries.attempts - 1,
        redirect=False,
        status_forcelist=AGAIN,
        allowed_methods=None,
        backoff_factor=retries.first_wait,
        backoff_jitter=retries.first_wait,
        backoff_max=retries.longest_wait,
        raise_on_status=False,
    )
    waits.longest_wait = retries.longest_wait
    return waits


class _Calls(ApiClient):
    """The generated calls, whose failures are all HeadwaterErrors."""

    def call_api(self, *args, **kwargs):
        try:
            return super().call_api(*args, **kwargs)
        except MaxRetryError as e:
            raise HeadwaterError(NO_ANSWER, "no_answer", str(e.reason)) from e
        except HTTPError as e:
            raise HeadwaterError(NO_ANSWER, "no_answer", str(e)) from e

    def response_deserialize(self, response_data, response_types_map=None):
        status = response_data.status
        if not 200 <= status <= 299 and "problem+json" not in _type(response_data):
            # What stands between us and a node may answer in words of its own.
            raise HeadwaterError(status, f"http_{status}", "no problem details")
        try:
            return super().response_deserialize(response_data, response_types_map)
        except ApiException as e:
            raise _problem(response_data) from e


def _type(response) -> str:
    return response.headers.get("content-type") or ""


def _problem(response) -> HeadwaterError:
    asked = response.headers.get("retry-after") or ""
    problem = json.loads(response.data)
    return HeadwaterError(
        response.status,
        problem["code"],
        problem["detail"],
        int(asked) if asked.isdigit() else None,
    )


class Connection:
    """The calls of one node: for shops, for who looks after a domain, and about the node itself."""

    def __init__(self, calls: ApiClient):
        self.shop = ShopApi(calls)
        self.domain = DomainApi(calls)
        self.node = NodeApi(calls)


def connect(node: str, key: Optional[str] = None, retries: Retries = Retries()) -> Connection:
    """Returns the calls of a node at an address like http://localhost:8080; opens nothing yet."""
    configuration = Configuration(host=node, retries=_waits(retries))
    if key is not None:
        configuration.api_key["api_key"] = key
    return Connection(_Calls(configuration))
