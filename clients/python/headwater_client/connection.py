"""Opens a connection to a serving node: an address, a key, retries, and errors with their codes."""

import json
import random
import time
from email.utils import parsedate_to_datetime
from typing import NamedTuple, Optional
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from headwater_client.api.domain_api import DomainApi
from headwater_client.api.node_api import NodeApi
from headwater_client.api.shop_api import ShopApi
from headwater_client.api_client import ApiClient
from headwater_client.configuration import Configuration
from headwater_client.exceptions import ApiException

NO_ANSWER = 0
AGAIN = (429, 502, 503, 504)
ORDERS = ("/pin", "/unpin", "/rollback")


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
    """How often and when a call is made again: repeats of an event are dropped. Pin, unpin and rollback are orders: they
    are made again only after 429, for nobody knows what became of them otherwise.

    attempts: calls in all, 1: no retry
    first_wait: seconds before the second call; doubled each time, and drawn between half and all of it
    longest_wait: bound of that, and of what Retry-After may ask for
    timeout: seconds that a call waits for a connection, and for each part of its answer
    """

    attempts: int = 4
    first_wait: float = 0.1
    longest_wait: float = 5.0
    timeout: float = 15.0

    def wait(self, attempt: int, asked: Optional[float]) -> float:
        own = self.first_wait * 2 ** (attempt - 1) * random.uniform(0.5, 1)
        return min(max(own, asked or 0), self.longest_wait)


class _Calls(ApiClient):
    """The generated calls, made again where that helps; their failures are all HeadwaterErrors."""

    def __init__(self, configuration: Configuration, retries: Retries):
        super().__init__(configuration)
        self._retries = retries

    def call_api(self, method, url, *args, _request_timeout=None, **kwargs):
        timeout = _request_timeout or (self._retries.timeout, self._retries.timeout)
        is_order = urlsplit(url).path.endswith(ORDERS)
        attempt = 1
        while True:
            asked = None
            try:
                response = super().call_api(method, url, *args, _request_timeout=timeout, **kwargs)
                response.read()  # a connection may break, or a node stand still, in the body as well
                last = response.status != 429 and (is_order or response.status not in AGAIN)
                if last or attempt >= self._retries.attempts:
                    return response
                asked = _retry_after(response)
            except (HTTPError, ApiException) as e:
                if is_order or attempt >= self._retries.attempts or isinstance(e, ValueError):
                    raise HeadwaterError(NO_ANSWER, "no_answer", str(e)) from e
            time.sleep(self._retries.wait(attempt, asked))
            attempt += 1

    def response_deserialize(self, response_data, response_types_map=None):
        status = response_data.status
        if not 200 <= status <= 299 and "problem+json" not in _type(response_data):
            # What stands between us and a node may answer in words of its own.
            raise HeadwaterError(status, f"http_{status}", "no problem details")
        try:
            return super().response_deserialize(response_data, response_types_map)
        except ApiException as e:
            raise _problem(response_data) from e


def _retry_after(response) -> Optional[float]:
    """Seconds, as nodes write them, or a date."""
    text = response.headers.get("retry-after") or ""
    if text.isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


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
    configuration = Configuration(host=node, retries=urllib3.Retry(False, redirect=False))
    if key is not None:
        configuration.api_key["api_key"] = key
    return Connection(_Calls(configuration, retries))
