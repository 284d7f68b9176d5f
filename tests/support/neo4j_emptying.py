"""A database with nothing in it, and the leave to make it so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import neo4j
    from neo4j_sources import Endpoint

# The name of an index, which stands in an emptied database: whoever made it agreed to the emptying.
MAY_BE_EMPTIED = "whence_tests_may_empty_this_database"
MARK = "CREATE INDEX whence_tests_may_empty_this_database IF NOT EXISTS FOR (n:WhenceTests) ON (n.x)"
DROP = {"CONSTRAINT": "DROP CONSTRAINT $name IF EXISTS", "INDEX": "DROP INDEX $name IF EXISTS"}


def schema_names(driver: neo4j.Driver) -> list[tuple[str, str]]:
    """(CONSTRAINT or INDEX, its name) of everything that can be dropped; constraints first, they own indexes."""
    constraints = driver.execute_query("SHOW CONSTRAINTS YIELD name RETURN name").records
    asked = "SHOW INDEXES YIELD name, type, owningConstraint WHERE type <> 'LOOKUP' AND owningConstraint IS NULL RETURN name"
    indexes = driver.execute_query(asked).records
    return [("CONSTRAINT", row["name"]) for row in constraints] + [("INDEX", row["name"]) for row in indexes]


def empty(endpoint: Endpoint) -> None:
    """Removes all nodes, relationships, constraints and indexes of the default database."""
    with endpoint.driver() as driver:
        with driver.session() as session:
            session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS").consume()
        for kind, name in schema_names(driver):
            if name != MAY_BE_EMPTIED:
                driver.execute_query(DROP[kind], name=name)


def agree_to_be_emptied(endpoint: Endpoint) -> None:
    """Marks somebody's database as one for tests, if nothing is in it; refuses one that is used and not marked."""
    with endpoint.driver() as driver:
        names = {name for _, name in schema_names(driver)}
        used = driver.execute_query("MATCH (n) RETURN n LIMIT 1").records
        if MAY_BE_EMPTIED not in names and (used or names):
            pytest.fail(
                f"The tests would empty the database of {endpoint.url}, and it holds something. If it may go: {MARK}"
            )
        driver.execute_query(MARK)
