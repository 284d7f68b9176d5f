"""Pure: (what is known, new facts) -> changes. The rules of semantics.md, one concern a file.

fold        events of a run -> its record, folded by attempt                rules 1-3, 26
claims      a record -> what each attempt wrote, read and says              rules 7-10, 12, 15, 19
timelines   rows of assets and groups: insert, look back, look ahead        rules 11-14, 17, 18
bindings    reads -> versions                                               rules 15-19
edges       attempts -> edges                                               rules 2, 20, 21
versions    pooled state of versions, digests, conflicts, content           rules 5, 14, 22
origins     who explains bytes: SAME_BYTES                                  rule 23
batch       which of these have to be done again after a batch              rules 27, 28
"""
