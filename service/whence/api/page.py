"""The page that people look at: built from ui/ by `make ui`, served whole for each of its paths. What a link means is read in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    from os import PathLike, stat_result

    from starlette.responses import Response

    from whence.api.http import ASGIApp, Scope

STATIC: Final = Path(__file__).parent.parent / "static"
PATHS: Final = ("/", "/n", "/runs", "/events")
"""What the page answers to; ui/app/url/codec.ts reads the same. They hold no data, so they need no key."""
CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
NOT_BUILT: Final = (
    "The page with lineage to look at is not built into this installation: make ui builds it, with Node 20.19 or later."
)
_FOR_EVER: Final = "public, max-age=31536000, immutable"


def built(static: Path) -> Response | None:
    """The built page; None where it is not built. It names its scripts by their hashes, so it is asked for each time."""
    index = static / "app" / "index.html"
    if not index.is_file():
        return None
    headers = {"content-security-policy": CSP, "cache-control": "no-store"}
    return HTMLResponse(index.read_text(encoding="utf-8"), headers=headers)


def assets(static: Path) -> ASGIApp:
    """The files that the built pages load, compressed on the way."""
    return GZipMiddleware(_Assets(directory=static, check_dir=False), minimum_size=1024)


class _Assets(StaticFiles):
    """Files below assets/ have a hash of their content in their name: what was loaded once is good for ever."""

    def file_response(
        self, full_path: PathLike[str] | str, stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        if Path(full_path).parent.name == "assets":
            response.headers["cache-control"] = _FOR_EVER
        return response
