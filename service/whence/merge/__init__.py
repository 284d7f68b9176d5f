"""Pure: (what is known, new facts) -> changes. The rules of docs/design.md, one concern a file.

batch       the steps, in order
folding     1. events into records               fold (runs, rules 1-3, 26), assets (assets and jobs, 4, 6, 10, 25)
claiming    2. runs into claims                  claims (7-10, 12, 15, 19), attempts (1, 2, 9a), pool (5, 14)
moving      3. timelines, and who looks at them  timelines (11-14, 17, 18, 27), versions (12, 16)
drawing     4. reads into edges, nodes           bindings (15-19), runs (20, 21), subjects (10, 25), nodes, pins (24)
            5. versions and their bytes          versions (5, 14, 21, 22), origins (23)

records     what is kept between batches         state: what a store gives and takes     overlay: known plus pending
work        what a batch has still to do         groups: names of one thing (4, 5, 6)
aliases     registry aliases, dated              successors: uids that were replaced (9)
"""
