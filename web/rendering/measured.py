"""How long requests take, by route. The route is its pattern, so no address with a person's number is kept."""

import time

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
"""Seconds. 0.05 is the goal of a page."""

UNKNOWN = "unknown"


class RequestTimes:
    """The counts and times of the requests to one workspace."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter("pastdue_requests", "Requests", labels, registry=self.registry)
        self.seconds = Histogram(
            "pastdue_request_seconds",
            "Seconds until a response was sent",
            ("route",),
            registry=self.registry,
            buckets=BUCKETS,
        )


class Measured:
    """Pure ASGI: measures each request until its whole response was sent."""

    def __init__(self, app: ASGIApp, *, times: RequestTimes) -> None:
        self.app = app
        self.times = times

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward a request, and record how long it took."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, sent)
        finally:
            route = route_of(scope)
            self.times.requests.labels(scope["method"], route, str(status)).inc()
            self.times.seconds.labels(route).observe(time.perf_counter() - began)


def route_of(scope: Scope) -> str:
    """The pattern of the route that responded, such as /people/{person}; one word for all unknown addresses."""
    path = getattr(scope.get("route"), "path", None)
    return UNKNOWN if path is None else f"{scope.get('root_path', '')}{path}"
