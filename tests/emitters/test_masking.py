"""Secrets are masked by name and by form; hyperparameters that merely sound like it are not."""

from __future__ import annotations

import pytest

from whence_emitters.masking import is_secret_name, mask_command, mask_text


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "DB_PASSWORD",
        "dbPassword",
        "api_key",
        "apiKey",
        "API-KEY",
        "aws_secret_access_key",
        "HF_TOKEN",
        "token",
        "auth.token",
        "--wandb-token",
        "client_secret",
        "private_key",
        "OPENLINEAGE_API_KEY",
    ],
)
def test_secret_names(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "max_tokens",
        "tokens",
        "pad_token",
        "eos_token",
        "tokenizer",
        "num_token_types",
        "key",
        "keys",
        "primary_key",
        "n_secretaries",
        "author",
        "alpha",
        "passes",
    ],
)
def test_ordinary_names(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("postgres://ann:pw@db/x", "postgres://db/x"),
        ("abfss://raw@acme.dfs.core.windows.net/a", "abfss://raw@acme.dfs.core.windows.net/a"),
        ("use whence_" + 43 * "k" + " now", "use *** now"),
        ("use hf_abcdefghijklmnopqrstuvwxyz now", "use *** now"),
        ("AKIAABCDEFGHIJKLMNOP", "***"),
        ("Authorization: Bearer abcdefghijkl.mno", "Authorization: Bearer ***"),
        ("password=hunter2 alpha=0.1", "password=*** alpha=0.1"),
        ("https://x.org/a?api_key=abc&n=1", "https://x.org/a?api_key=***&n=1"),
        ("max_tokens=512", "max_tokens=512"),
        ("see ann@example.com", "see ann@example.com"),
    ],
)
def test_text(text: str, masked: str) -> None:
    assert mask_text(text) == masked


def test_command_lines() -> None:
    command = ["train.py", "--password", "hunter2", "--api-key=abc", "--alpha", "0.1", "--token", "--fast"]
    assert mask_command(command) == [
        "train.py",
        "--password",
        "***",
        "--api-key=***",
        "--alpha",
        "0.1",
        "--token",
        "--fast",
    ]
