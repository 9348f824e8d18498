"""The application log: one JSON object a line in a file, words for people on the console.

Everything goes through here: our own events, Django's, Celery's and other libraries' logging. Secrets that the
settings hold are taken out of every line, as are values whose name says that they are secret; local variables of
tracebacks are never written.
"""

import fcntl
import logging
import logging.handlers
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

SECRET_NAME = re.compile(
    r"password|passwd|secret|token|authorization|cookie|api_?key|notes|pain_points|instructions",
    re.IGNORECASE,
)
HIDDEN = "[hidden]"


class SharedRotatingFileHandler(logging.handlers.WatchedFileHandler):
    """A log file that several processes append to and any of them may rotate, under a file lock."""

    def __init__(self, filename: str, *, max_bytes: int, keep: int) -> None:
        Path(filename).parent.mkdir(parents=True, exist_ok=True)
        super().__init__(filename, delay=True, encoding="utf-8")
        self.max_bytes = max_bytes
        self.keep = keep

    def emit(self, record: logging.LogRecord) -> None:
        """Append one line, after rotating a full file."""
        try:
            self._rotate_if_full()
        except OSError:
            self.handleError(record)
        super().emit(record)  # opens the file again if another process has rotated it

    def _full(self) -> bool:
        return os.path.exists(self.baseFilename) and os.path.getsize(self.baseFilename) >= self.max_bytes

    def _rotate_if_full(self) -> None:
        if not self._full():
            return
        with open(f"{self.baseFilename}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._full():  # someone else was faster
                return
            for number in range(self.keep - 1, 0, -1):
                if os.path.exists(f"{self.baseFilename}.{number}"):
                    os.replace(f"{self.baseFilename}.{number}", f"{self.baseFilename}.{number + 1}")
            os.replace(self.baseFilename, f"{self.baseFilename}.1")


def not_a_health_check(record: logging.LogRecord) -> bool:
    """A filter: load balancers ask every second, and the answer is in the answer."""
    return "/health/" not in str(record.msg) and "/health/" not in str(record.args)


class Redactor:
    """A structlog processor that takes secrets out of an event."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self.secrets = [secret for secret in secrets if len(secret) >= 6]

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        return {
            key: HIDDEN if SECRET_NAME.search(key) else self._clean(value) for key, value in event.items()
        }

    def _clean(self, value: Any) -> Any:
        if isinstance(value, str):
            for secret in self.secrets:
                value = value.replace(secret, HIDDEN)
            return value
        if isinstance(value, dict):
            return {
                key: HIDDEN if SECRET_NAME.search(str(key)) else self._clean(item)
                for key, item in value.items()
            }
        if isinstance(value, list | tuple):
            return [self._clean(item) for item in value]
        return value


def key_material(document: str) -> list[str]:
    """The parts of a key file's text that are secret, to be taken out of lines wherever they stand: the long runs
    of Base64 or hexadecimal characters."""
    return re.findall(r"[A-Za-z0-9+/=]{40,}", document)


def without_query(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """A structlog processor that cuts the query off a request's line: people search for prospects by name."""
    request = event.get("request")
    if isinstance(request, str) and "?" in request:
        event["request"] = request.partition("?")[0]
    return event


def _shared_processors() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        without_query,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _formatter(redactor: Redactor, *last: Any) -> dict[str, Any]:
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [*_shared_processors(), structlog.stdlib.PositionalArgumentsFormatter()],
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *last[:-1],
            redactor,
            last[-1],
        ],
    }


def logging_settings(*, path: Path, level: str, console_level: str, secrets: Iterable[str]) -> dict[str, Any]:
    """Django's LOGGING: a JSON file at `level`, the console at `console_level`."""
    redactor = Redactor(secrets)
    plain_traceback = structlog.processors.format_exc_info  # before the redactor, so that it sees the text
    words = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"no_health_checks": {"()": lambda: not_a_health_check}},
        "formatters": {
            "json": _formatter(
                redactor, plain_traceback, structlog.processors.JSONRenderer(ensure_ascii=False)
            ),
            "words": _formatter(redactor, plain_traceback, words),
        },
        "handlers": {
            "file": {
                "()": SharedRotatingFileHandler,
                "filename": str(path),
                "max_bytes": 10_000_000,
                "keep": 5,
                "formatter": "json",
                "level": level.upper(),
                "filters": ["no_health_checks"],
            },
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "words",
                "level": console_level.upper(),
                "filters": ["no_health_checks"],
            },
        },
        "root": {"handlers": ["file", "console"], "level": level.upper()},
        "loggers": {
            "django": {"handlers": [], "propagate": True},  # in place of Django's own handlers
            "django.server": {"handlers": [], "propagate": True},
            "django.request": {"level": "CRITICAL"},  # the request's own lines say it all
            "celery.app.trace": {"level": "WARNING"},  # "received" and "succeeded" lines say nothing new
            "celery.worker.strategy": {"level": "WARNING"},
            "sqlglot": {"level": "CRITICAL"},  # it quotes what it cannot parse: text of a plan
            "anthropic": {"level": "WARNING"},  # below, these four tell addresses, headers and questions
            "openai": {"level": "WARNING"},
            "httpx2": {"level": "WARNING"},
            "httpcore2": {"level": "WARNING"},
        },
    }


def configure_structlog() -> None:
    """Send our own events through the same handlers as everybody's."""
    structlog.configure(
        processors=[
            *_shared_processors(),
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
