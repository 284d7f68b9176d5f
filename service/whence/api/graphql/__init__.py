"""GraphQL: the schema of the interface page over the query functions.

Importing this package builds the types; the schema itself is built when it is first asked.
"""

from whence.api.graphql.execution import execute, schema, sdl
from whence.api.graphql.loading import Context

__all__ = ["Context", "execute", "schema", "sdl"]
