import type { Whole } from "../api/brief";
import { Icon } from "./icon";

/** Whether an answer is all there is: its sentence, always, and each thing that it can't see. */
export function WholeLine({ of }: { of: Whole }) {
  const good = of.complete && of.gaps.length === 0;
  return (
    <div class="whole" data-good={good}>
      <Icon of={good ? "circle-check" : "triangle-alert"} />
      {of.gaps.length === 0 ? (
        <span>{of.sentence}</span>
      ) : (
        <details>
          <summary>{of.sentence}</summary>
          <ul>
            {of.gaps.map((gap) => (
              <li key={gap.kind}>{gap.sentence}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
