/**
 * The key of the session. Kept in sessionStorage: it ends with the tab, and other pages of this machine never see it.
 * It goes into the Authorization header and nowhere else.
 */
const STORED = "whence.key";

/** The key, or null while none was given. */
export function keyOfSession(): string | null {
  return sessionStorage.getItem(STORED);
}

/** Why a key is asked for: `refused`, because the service does not take the one it has. */
export type Asked = { readonly refused: boolean };

type Asker = (asked: Asked) => Promise<string | null>;

let ask: Asker = () => Promise.resolve(null);
let asking: Promise<boolean> | null = null;
let declined = false;

/** Sets who asks a person for a key: the shell, once it is there. */
export function askWith(asker: Asker): void {
  ask = asker;
}

/**
 * Asks for a key, however many questions wait for it, once. Who declined is not asked again, unless they `insist`.
 * True when there is another key now.
 */
export function keyFromPerson({ insist = false } = {}): Promise<boolean> {
  if (declined && !insist) return Promise.resolve(false);
  asking ??= answered().finally(() => {
    asking = null;
  });
  return asking;
}

async function answered(): Promise<boolean> {
  const key = (await ask({ refused: keyOfSession() !== null }))?.trim();
  declined = !key;
  if (!key) return false;
  sessionStorage.setItem(STORED, key);
  return true;
}
