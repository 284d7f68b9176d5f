import { Dialog } from "./dialog";

const GROUPS: readonly (readonly [string, readonly (readonly [keys: string, does: string])[]])[] = [
  ["Everywhere", [["/", "Search"], ["?", "This list"], ["g c", "Catalog"], ["g r", "Runs"], ["g e", "Events"], ["Esc", "Back out one layer"]]],
  [
    "Lineage",
    [
      ["← →", "Walk upstream, downstream"], ["↑ ↓", "Walk siblings"], ["Shift ←↑↓→", "Move the map"], ["Enter", "Focus this node"], ["Space", "Side panel"],
      ["+ −", "Open and fold"], ["f", "Fit"], ["1 2 3", "Focus, Map, Outline"], ["i", "Impact"], ["c", "Compare with the focus"],
    ],
  ],
];

/** What keys do. */
export function Shortcuts({ close }: { close: () => void }) {
  return (
    <Dialog title="Keys" close={close}>
      {GROUPS.map(([group, keys]) => (
        <section key={group}>
          <h3>{group}</h3>
          <dl class="keys">
            {keys.map(([pressed, does]) => (
              <div key={pressed}>
                <dt>
                  {pressed.split(" ").map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <button type="button" class="button" onClick={close}>
        Close
      </button>
    </Dialog>
  );
}
