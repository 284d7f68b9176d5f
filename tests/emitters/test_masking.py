"""Secrets are masked by name and by form; hyperparameters that merely sound like it are not."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from whence_emitters import masking
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
        ("train --password hunter2 --lr 1", "train --password *** --lr 1"),
        ("x --token ab", "x --token ***"),
        ("no folder https:/ada:hunter2@x.example/a", "no folder https:/x.example/a"),
        ("ValueError: password=hunter2", "ValueError: password=***"),
        ("a:b:password=hunter2", "a:b:password=***"),
        ("--note 'then --token hunter2'", "--note 'then --token ***'"),
        ("train --password 'two words' --lr 1", "train --password '***' --lr 1"),
        ("train --token --fast", "train --token --fast"),
        ("1password=hunter2", "1password=***"),
        ("password: hunter2 and password = hunter2", "password: *** and password = ***"),
        ('[{"secret": "hunter2, and more", "lr": "0.1"}]', '[{"secret": "***", "lr": "0.1"}]'),
        ("{'db_password': 'hunter2'}", "{'db_password': '***'}"),
        ("https://x.org/a?sv=1&sig=hunter2%3D&se=2", "https://x.org/a?sv=1&sig=***&se=2"),
        (
            "https://x.org/a?X-Amz-Credential=hunter2&X-Amz-Signature=hunter2",
            "https://x.org/a?X-Amz-Credential=***&X-Amz-Signature=***",
        ),
        ("model signature: inputs=3", "model signature: inputs=3"),
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


@pytest.mark.parametrize("text", ["a", "a.a-", "a ", "--a ", "a='", "a: ", "?sig=", "a://b"])
def test_a_long_text_takes_no_longer_than_its_length(text: str) -> None:
    begun = time.process_time()
    mask_text(text * (400_000 // len(text)))
    assert time.process_time() - begun < 4


@given(st.lists(st.sampled_from([*"ab1. -=:/@'\"ſ", "password", "pwd", "token", "basic", "://", "AKIA"])).map("".join))
@example("--pwd x")
@example("-token 1")
def test_texts_that_are_let_through_quickly_hold_no_secret(text: str) -> None:
    shown = mask_text(text)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(masking, "_is_harmless", lambda _text: False)
        assert mask_text(text) == shown
