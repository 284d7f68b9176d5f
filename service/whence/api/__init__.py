"""The service: OpenLineage events in over HTTP, questions over GraphQL."""
