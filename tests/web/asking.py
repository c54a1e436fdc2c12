"""Asking the application without a server."""

import asyncio

import httpx


class Client:
    """Asks an application as a browser at this machine would."""

    def __init__(self, application, base: str = "http://127.0.0.1:8001") -> None:
        self.application, self.base = application, base

    def request(self, method: str, path: str, **more) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.application)
            async with httpx.AsyncClient(transport=transport, base_url=self.base) as client:
                return await client.request(method, path, **more)

        return asyncio.run(ask())

    def get(self, path: str, **more) -> httpx.Response:
        return self.request("GET", path, **more)
