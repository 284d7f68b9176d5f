"""The merge, rule by rule of docs/design.md: each test names the rule that it holds the merge to."""
