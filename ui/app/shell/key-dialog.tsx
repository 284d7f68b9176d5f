import { useEffect, useState } from "preact/hooks";

import { askWith, type Asked } from "../api/key";
import { Dialog } from "./dialog";

type Waiting = Asked & { readonly answer: (key: string | null) => void };

/** Asks for a key when the service does, once, and hands it to the client. */
export function KeyDialog() {
  const [waiting, setWaiting] = useState<Waiting | null>(null);
  const [key, setKey] = useState("");

  useEffect(() => {
    askWith((asked) => new Promise((answer) => setWaiting({ ...asked, answer })));
  }, []);

  if (!waiting) return null;
  const done = (given: string | null): void => {
    waiting.answer(given);
    setWaiting(null);
    setKey("");
  };
  return (
    <Dialog title="This service asks for a key" close={() => done(null)}>
      {waiting.refused && <p class="strong danger">It does not take the key that you gave: it is another's, or was revoked.</p>}
      <p class="quiet">
        Whoever runs the service makes one with <code>whence keys create NAME --scope read</code>. It is kept for this tab only.
      </p>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          done(key);
        }}
      >
        <label class="hidden" for="key">
          Key
        </label>
        <input id="key" type="password" autocomplete="off" value={key} onInput={(event) => setKey(event.currentTarget.value)} />
        <button type="submit" class="button primary" disabled={!key.trim()}>
          Use it
        </button>
      </form>
    </Dialog>
  );
}
