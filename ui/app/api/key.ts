/**
 * The key of the session. Kept in sessionStorage: it ends with the tab, and other pages of this machine never see it.
 * It goes into the Authorization header and nowhere else.
 */
const STORED = "whence.key";

/** The key, or null while none was given. */
export function keyOfSession(): string | null {
  return sessionStorage.getItem(STORED);
}

/** Why a key is asked for. */
export type Asked = { readonly refused: boolean };

type Asker = (asked: Asked) => Promise<string | null>;

let ask: Asker = () => Promise.resolve(null);
let asking: Promise<boolean> | null = null;

/** Sets who asks a person for a key: the shell, once it is there. */
export function askWith(asker: Asker): void {
  ask = asker;
}

/** Asks for a key, however many questions wait for it, once. True when there is one now. */
export function keyFromPerson(): Promise<boolean> {
  asking ??= answered().finally(() => {
    asking = null;
  });
  return asking;
}

async function answered(): Promise<boolean> {
  const key = await ask({ refused: keyOfSession() !== null });
  if (key) sessionStorage.setItem(STORED, key);
  else sessionStorage.removeItem(STORED);
  return key !== null && key !== "";
}
