"""The page that people look at, in a real browser (ui/browser), and what is needed to have one."""
