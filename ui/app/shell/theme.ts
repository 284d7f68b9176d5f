import { useEffect, useState } from "preact/hooks";

export type Theme = "light" | "dark";

const STORED = "whence.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

const chosen = (): Theme | null => {
  const stored = localStorage.getItem(STORED);
  return stored === "light" || stored === "dark" ? stored : null;
};

const preferred = (): Theme => (dark.matches ? "dark" : "light");

/** Puts the theme on the document: what was chosen here, else what the system prefers. */
export function applyTheme(): Theme {
  const theme = chosen() ?? preferred();
  document.documentElement.dataset.theme = theme;
  return theme;
}

/** The theme, and how to take the other one. Taking what the system prefers follows the system again. */
export function useTheme(): readonly [Theme, toggle: () => void] {
  const [theme, setTheme] = useState(applyTheme);
  useEffect(() => {
    const follow = (): void => setTheme(applyTheme());
    dark.addEventListener("change", follow);
    return () => dark.removeEventListener("change", follow);
  }, []);
  const toggle = (): void => {
    const next = theme === "dark" ? "light" : "dark";
    if (next === preferred()) localStorage.removeItem(STORED);
    else localStorage.setItem(STORED, next);
    setTheme(applyTheme());
  };
  return [theme, toggle];
}
