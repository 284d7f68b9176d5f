/** Names come from events, and events from anywhere: nothing of them may become markup. */

// What XML 1.0 cannot hold even escaped (https://www.w3.org/TR/xml/#charsets), and halves of surrogate pairs.
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for an element or a quoted attribute of XML. */
export const escaped = (text: string): string =>
  text.replace(FORBIDDEN, "\uFFFD").replace(/[&<>"']/g, (character) => ENTITIES[character]!);

/** An element; values of attributes are escaped, `content` has to be markup already. Attributes that are undefined are left out. */
export function element(
  tag: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  content = "",
): string {
  const given = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${escaped(typeof value === "number" ? rounded(value) : value!)}"`)
    .join("");
  return content === "" ? `<${tag}${given}/>` : `<${tag}${given}>${content}</${tag}>`;
}

/** Hundredths of a pixel are enough, and keep files small. */
export const rounded = (value: number): string => String(Math.round(value * 100) / 100);
