import { DASHES, LINE_WORDS, linesOf, type Scene } from "../../../graph/scene/scene";

/** What the lines mean, as far as the picture has any other than recorded ones. */
export function Legend({ picture }: { picture: Scene }) {
  const lines = linesOf(picture);
  if (lines.every((line) => line === "recorded")) return null;
  return (
    <ul class="legend" aria-label="Lines">
      {lines.map((line) => (
        <li key={line}>
          <svg viewBox="0 0 28 6" aria-hidden="true">
            <line x1="1" x2="27" y1="3" y2="3" stroke-dasharray={DASHES[line].join(" ") || undefined} />
          </svg>
          {LINE_WORDS[line]}
        </li>
      ))}
    </ul>
  );
}
