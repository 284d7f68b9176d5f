"""Keep secrets out of events, logs and error texts.

Two questions are asked: does the name of a parameter say that it is a secret, and does the text look like one? Words that merely
contain "token" (`max_tokens`, `pad_token`, `tokenizer`) are ordinary hyperparameters and stay.
"""

from __future__ import annotations

import itertools
import re
from functools import lru_cache

MASK = "***"

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SECRET_WORDS = frozenset(
    {
        "password",
        "passwd",
        "passphrase",
        "pwd",
        "secret",
        "secrets",
        "credential",
        "credentials",
        "apikey",
        "authorization",
        "cookie",
    }
)
_SECRET_PAIRS = frozenset(
    {
        ("api", "key"),
        ("access", "key"),
        ("private", "key"),
        ("account", "key"),
        ("encryption", "key"),
        ("signing", "key"),
    }
)
_TOKEN_OWNERS = frozenset(
    {
        "access",
        "api",
        "auth",
        "aws",
        "azure",
        "bearer",
        "bot",
        "csrf",
        "gcp",
        "git",
        "github",
        "gitlab",
        "hf",
        "hub",
        "id",
        "jwt",
        "mlflow",
        "oauth",
        "openai",
        "openlineage",
        "personal",
        "refresh",
        "security",
        "session",
        "slack",
        "user",
        "wandb",
        "whence",
    }
)
_SECRET_TEXTS = re.compile(
    r"""
      -----BEGIN[ A-Z]*PRIVATE[ ]KEY-----.*?(?:-----END[ A-Z]*PRIVATE[ ]KEY-----|\Z)
    | \b(?:AKIA|ASIA)[0-9A-Z]{16}\b                        # AWS access key id
    | \bgh[opsur]_[A-Za-z0-9]{20,}\b                       # GitHub
    | \bgithub_pat_[A-Za-z0-9_]{20,}\b
    | \bglpat-[A-Za-z0-9_-]{16,}                           # GitLab
    | \bwhence_[A-Za-z0-9_-]{43}                           # a key of whence
    | \bhf_[A-Za-z0-9]{20,}\b                              # Hugging Face
    | \bsk-[A-Za-z0-9_-]{20,}                              # OpenAI and others
    | \bxox[abeoprs]-[A-Za-z0-9-]{10,}                     # Slack
    | \beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*   # JSON Web Token
    """,
    re.VERBOSE | re.DOTALL,
)
_SHORTEST_SECRET = len("basic 12345678")
_WITHOUT_LETTERS = re.compile(r"[0-9.,+\-_ ]*")
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}")
_USERINFO = re.compile(r"(?i)\b([a-z][a-z0-9+.-]{0,40}:/(?:/|(?=[^\s/?#@:]+:)))[^\s/?#@]+@(?=[^\s/?#@])")
_SIGNED = re.compile(
    r"(?i)(?<=[?&])(x-amz-(?:signature|credential|security-token)|x-goog-(?:signature|credential)|sig)=[^\s&'\"]+"
)
# Names are taken whole (`++`): what is tried again from each letter of a long word takes a minute for 64 kB.
_ASSIGNED = re.compile(r"""(?<![\w.-])([\w.-]++)["']?[ \t]{0,3}[=:][ \t]{0,3}""")
_OPTION = re.compile(r"(?<![\w.-])(--?[A-Za-z][\w.-]*+)[ \t]+(?!-)")
_VALUE = re.compile(r"""(?!(?i:bearer|basic)[ ]\*\*\*)(?:"[^"]*"?|'[^']*'?|[^\s&,;?'"]+)""")


@lru_cache(maxsize=4096)
def is_secret_name(name: str) -> bool:
    """Say whether the name of a parameter or an option announces a secret: `db_password`, `awsSecretKey`, `HF_TOKEN`."""
    words = tuple(word.lower() for word in _WORDS.findall(name))
    if _SECRET_WORDS.intersection(words) or _SECRET_PAIRS.intersection(itertools.pairwise(words)):
        return True
    if not words or words[-1] != "token":
        return False
    return len(words) == 1 or words[-2] in _TOKEN_OWNERS


def shown(value: object) -> str:
    """A value as masked text on one line, for a log or a note; never raises, whatever the value's own `str` does."""
    try:
        text = str(value)
    except Exception:
        text = f"a {type(value).__name__} that has no text"
    return mask_text(" ".join(text.split()))


def shown_error(error: BaseException) -> str:
    """An error as masked text on one line: its type and message; never raises."""
    return f"{type(error).__name__}: {shown(error)}"


def mask_text(text: str) -> str:
    """Replace what looks like a secret inside a text: known key forms, `Bearer …`, credentials and signatures in URLs, `password=…`, `--token …`."""
    if _is_harmless(text):
        return text
    text = _SECRET_TEXTS.sub(MASK, text)
    text = _BEARER.sub(rf"\1 {MASK}", text)
    text = _USERINFO.sub(_without_userinfo, text)
    text = _SIGNED.sub(rf"\1={MASK}", text)
    return _without_values(_ASSIGNED, _without_values(_OPTION, text))


def _is_harmless(text: str) -> bool:
    """Say quickly of most numbers and words that none of the forms of a secret fits them."""
    if len(text) < _SHORTEST_SECRET:
        return "=" not in text and ":" not in text and "-" not in text
    return _WITHOUT_LETTERS.fullmatch(text) is not None


def mask_command(arguments: list[str]) -> list[str]:
    """Mask a command line: `--password x`, `--password=x` and anything that `mask_text` knows."""
    masked: list[str] = []
    hide_next = False
    for argument in arguments:
        if hide_next and not argument.startswith("-"):
            masked.append(MASK)
        else:
            masked.append(mask_text(argument))
        hide_next = argument.startswith("-") and "=" not in argument and is_secret_name(argument)
    return masked


def _without_userinfo(match: re.Match[str]) -> str:
    # abfss://container@account is how Azure names a container: no password, so nothing to hide.
    scheme = match.group(1).lower()
    if scheme in {"abfs://", "abfss://", "wasb://", "wasbs://"} and ":" not in match.group(0)[len(scheme) :]:
        return match.group(0)
    return match.group(1)


def _without_values(names: re.Pattern[str], text: str) -> str:
    """Mask what follows the names of secrets; what follows another name is looked through for names itself."""
    kept: list[str] = []
    at = 0
    for found in names.finditer(text):
        if found.start() < at or not is_secret_name(found[1]) or not (value := _VALUE.match(text, found.end())):
            continue
        quote = value[0][0] if value[0][0] in "\"'" else ""
        kept += (text[at : found.end()], quote, MASK, quote)
        at = value.end()
    return "".join((*kept, text[at:]))
