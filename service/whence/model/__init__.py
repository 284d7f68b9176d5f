"""The words of whence: kinds, nodes, edges, facts, answers; uids and instants. Imports nothing but errors."""
