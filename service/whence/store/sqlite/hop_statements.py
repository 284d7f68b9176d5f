"""The SQL of hops and walks, by direction and by whether they look at an instant. `reach` reads the first three columns of links."""

from __future__ import annotations

from typing import Final

from whence.model.kinds import Direction

# All links of a layer in one row, column by column: to hand over a row takes SQLite and Python longer than to find it. Whether far ends exist at an
# instant is asked once a node (`EXISTING`), not once a link.
LINKS: Final = {
    Direction.UPSTREAM: """
SELECT json_group_array(e.source), json_group_array(e.target), json_group_array(e.age), CAST(group_concat(e.doc, '') AS BLOB)
FROM json_each(:near) AS near CROSS JOIN edges AS e ON e.source = near.value
WHERE (1 << e.type) & :types AND e.age >= :least""",
    Direction.DOWNSTREAM: """
SELECT json_group_array(target), json_group_array(source), json_group_array(age), CAST(group_concat(doc, '') AS BLOB) FROM (
  SELECT e.target, e.source, e.age, e.doc FROM json_each(:near) AS near
  CROSS JOIN edges AS e INDEXED BY edges_in ON e.target = near.value
  WHERE (1 << e.type) & :types AND e.age >= :least LIMIT :most)""",
}
EXISTING: Final = """
SELECT json_group_array(n.id) FROM json_each(:asked) AS asked CROSS JOIN nodes AS n ON n.id = asked.value WHERE n.age >= :least"""

# Row by row, where reading stops at a hub.
IN: Final = """
SELECT e.target, e.source, e.age, e.doc FROM json_each(:near) AS near
CROSS JOIN edges AS e INDEXED BY edges_in ON e.target = near.value WHERE (1 << e.type) & :types AND e.age >= :least"""
IN_AS_OF: Final = """
SELECT e.target, e.source, e.age, e.doc FROM json_each(:near) AS near
CROSS JOIN edges AS e INDEXED BY edges_in ON e.target = near.value CROSS JOIN nodes AS far ON far.id = e.source
WHERE (1 << e.type) & :types AND e.age >= :least AND far.age >= :least"""

# One node's newest, in the order of the index: only so many are read. Whatever depends on a thing may be a hundred thousand.
NEWEST_IN: Final = """
SELECT e.target, e.source, e.age, e.doc FROM edges AS e INDEXED BY edges_in
WHERE e.target = :near AND (1 << e.type) & :types AND e.age >= :least ORDER BY e.age LIMIT :most"""
NEWEST_IN_AS_OF: Final = """
SELECT e.target, e.source, e.age, e.doc FROM edges AS e INDEXED BY edges_in CROSS JOIN nodes AS far ON far.id = e.source
WHERE e.target = :near AND (1 << e.type) & :types AND e.age >= :least AND far.age >= :least ORDER BY e.age LIMIT :most"""
# From the far ends: what a node depends on is few.
IN_AMONG: Final = """
SELECT e.target, e.source, e.age, e.doc FROM json_each(:kept) AS asked
CROSS JOIN edges AS e ON e.source = asked.value
WHERE e.target IN (SELECT value FROM json_each(:near)) AND (1 << e.type) & :types AND e.age >= :least"""

PAGE: Final = {
    Direction.UPSTREAM: """
SELECT e.source, e.target, e.age, e.doc, far.uid FROM edges AS e CROSS JOIN nodes AS far ON far.id = e.target
WHERE e.source = :near AND (1 << e.type) & :types AND e.age >= :from AND far.age >= :least
  AND (e.age, far.uid, e.type, e.qualifier) > (:age, :uid, :type, :qualifier)
ORDER BY e.age, far.uid, e.type, e.qualifier LIMIT :limit""",
    Direction.DOWNSTREAM: """
SELECT e.target, e.source, e.age, e.doc, far.uid
FROM edges AS e INDEXED BY edges_in CROSS JOIN nodes AS far ON far.id = e.source
WHERE e.target = :near AND (1 << e.type) & :types AND e.age >= :from AND far.age >= :least
  AND (e.age, far.uid, e.type, e.qualifier) > (:age, :uid, :type, :qualifier)
ORDER BY e.age, far.uid, e.type, e.qualifier LIMIT :limit""",
}
# Far ends are looked up only where they have an age to be compared.
COUNT: Final = {
    (Direction.UPSTREAM, False): """
SELECT count(*) FROM (SELECT 1 FROM edges AS e WHERE e.source = :near AND (1 << e.type) & :types LIMIT :limit)""",
    (Direction.DOWNSTREAM, False): """
SELECT count(*) FROM (
  SELECT 1 FROM edges AS e INDEXED BY edges_in WHERE e.target = :near AND (1 << e.type) & :types LIMIT :limit)""",
    (Direction.UPSTREAM, True): """
SELECT count(*) FROM (
  SELECT 1 FROM edges AS e CROSS JOIN nodes AS far ON far.id = e.target
  WHERE e.source = :near AND (1 << e.type) & :types AND e.age >= :least AND far.age >= :least LIMIT :limit)""",
    (Direction.DOWNSTREAM, True): """
SELECT count(*) FROM (
  SELECT 1 FROM edges AS e INDEXED BY edges_in CROSS JOIN nodes AS far ON far.id = e.source
  WHERE e.target = :near AND (1 << e.type) & :types AND e.age >= :least AND far.age >= :least LIMIT :limit)""",
}

IDS: Final = """
SELECT asked.value, n.id, n.age FROM json_each(?) AS asked
CROSS JOIN ids AS i ON i.uid = asked.value CROSS JOIN nodes AS n ON n.id = i.id"""
UIDS: Final = "SELECT n.id, n.uid FROM json_each(?) AS asked CROSS JOIN nodes AS n ON n.id = asked.value"
DOCS: Final = """
SELECT json_group_array(length(n.doc)), CAST(group_concat(n.doc, '') AS BLOB)
FROM json_each(?) AS asked CROSS JOIN nodes AS n ON n.id = asked.value"""
