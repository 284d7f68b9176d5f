"""The schema is the contract: nothing of it missing, everything described, the committed file current."""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
)

from whence.api.graphql import sdl

ROOT = Path(__file__).resolve().parents[2]
OURS = build_schema(sdl())
EXPECTED = build_schema((Path(__file__).parent / "expected.graphql").read_text(), assume_valid=True)
OWN_TYPES = {name: kind for name, kind in OURS.type_map.items() if not name.startswith("__")}
BUILT_IN = {"Boolean", "Float", "ID", "Int", "String"}


@pytest.mark.parametrize("name", sorted(name for name in EXPECTED.type_map if not name.startswith("__")))
def test_every_name_of_the_contract_is_in_the_schema(name: str) -> None:
    wanted, found = EXPECTED.type_map[name], OURS.type_map[name]
    assert type(wanted) is type(found)
    if isinstance(wanted, GraphQLEnumType):
        assert set(wanted.values) == set(found.values)
    if isinstance(wanted, GraphQLObjectType | GraphQLInterfaceType):
        assert {each.name for each in wanted.interfaces} == {each.name for each in found.interfaces}
        for field_name, field in wanted.fields.items():
            assert str(found.fields[field_name].type) == str(field.type), field_name
            assert _arguments(found.fields[field_name].args) == _arguments(field.args), field_name
    if isinstance(wanted, GraphQLInputObjectType):
        assert _arguments(found.fields) == _arguments(wanted.fields)


def _arguments(arguments: dict) -> dict[str, tuple[str, object]]:
    return {name: (str(each.type), each.default_value) for name, each in arguments.items()}


@pytest.mark.parametrize("name", sorted(OWN_TYPES.keys() - BUILT_IN))
def test_everything_is_described(name: str) -> None:
    kind = OWN_TYPES[name]
    assert kind.description, name
    if isinstance(kind, GraphQLEnumType):
        assert [value for value, each in kind.values.items() if not each.description] == []
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
        assert [field for field, each in kind.fields.items() if not each.description] == []
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        missing = [
            f"{field}({argument})"
            for field, each in kind.fields.items()
            for argument, given in each.args.items()
            if not given.description
        ]
        assert missing == []


def test_the_committed_schema_is_current() -> None:
    committed = (ROOT / "schema" / "schema.graphql").read_text()
    assert committed == sdl(), "write it again: whence schema > schema/schema.graphql"
