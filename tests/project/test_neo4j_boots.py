"""The real server of `make neo4j`: it answers, keeps strangers out, loses nothing acknowledged; tests empty nobody's database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from neo4j.exceptions import AuthError
from neo4j_emptying import DROP, MAY_BE_EMPTIED, agree_to_be_emptied, empty, schema_names
from neo4j_sources import Endpoint, endpoint_of

if TYPE_CHECKING:
    from neo4j_server import Server


def test_it_answers_over_the_routing_protocol(neo4j_server: Endpoint) -> None:
    with neo4j_server.driver() as driver:
        assert driver.execute_query("RETURN 1 AS one").records[0]["one"] == 1


def test_nobody_gets_in_without_the_password(neo4j_server: Endpoint) -> None:
    stranger = Endpoint(neo4j_server.url, neo4j_server.user, "not the password")
    with stranger.driver() as driver, pytest.raises(AuthError):
        driver.verify_connectivity()


@pytest.mark.parametrize("round_", [1, 2])
def test_each_test_finds_an_empty_database(neo4j_database: Endpoint, round_: int) -> None:
    with neo4j_database.driver() as driver:
        assert driver.execute_query("MATCH (n) RETURN count(n) AS n").records[0]["n"] == 0
        assert driver.execute_query("SHOW CONSTRAINTS").records == []
        driver.execute_query("CREATE CONSTRAINT left_over FOR (n:Left) REQUIRE n.over IS UNIQUE")
        driver.execute_query("UNWIND range(1, 10) AS x CREATE (:Left {over: x})-[:TO]->(:Other)")


def test_what_was_acknowledged_outlives_kill_and_stop(neo4j_private: Server) -> None:
    def names() -> list[str]:
        with endpoint_of(neo4j_private).driver() as driver:
            return [
                row["name"]
                for row in driver.execute_query("MATCH (n:Kept) RETURN n.name AS name ORDER BY name").records
            ]

    for number, end in enumerate([neo4j_private.kill, neo4j_private.stop]):
        with endpoint_of(neo4j_private).driver() as driver:
            driver.execute_query("CREATE (:Kept {name: $name})", name=f"kept {number}")
        end()
        assert not neo4j_private.is_running
        neo4j_private.start()
    assert names() == ["kept 0", "kept 1"]


def test_a_database_that_holds_something_is_not_emptied_unless_it_is_marked(neo4j_database: Endpoint) -> None:
    with neo4j_database.driver() as driver:
        driver.execute_query(DROP["INDEX"], name=MAY_BE_EMPTIED)
        driver.execute_query("CREATE (:Precious)")
        with pytest.raises(pytest.fail.Exception, match="holds something"):
            agree_to_be_emptied(neo4j_database)
        assert driver.execute_query("MATCH (n:Precious) RETURN count(n) AS n").records[0]["n"] == 1

        driver.execute_query("MATCH (n) DELETE n")
        agree_to_be_emptied(neo4j_database)
        driver.execute_query("CREATE (:Precious)")
        agree_to_be_emptied(neo4j_database)
        empty(neo4j_database)
        assert schema_names(driver) == [("INDEX", MAY_BE_EMPTIED)]
        assert driver.execute_query("MATCH (n) RETURN count(n) AS n").records[0]["n"] == 0
