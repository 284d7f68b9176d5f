import { useEffect, useState } from "preact/hooks";

/** A value once it has not changed for so many milliseconds. */
export function useSettled<Value>(value: Value, ms: number): Value {
  const [settled, settle] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => settle(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}

/** A field for a text of the link, as its attributes: what is typed is shown at once, and told after so many milliseconds. */
export function useTyped(said: string, ms: number, tell: (text: string) => void) {
  const [value, setValue] = useState(said);
  const settled = useSettled(value, ms);
  useEffect(() => setValue(said), [said]);
  useEffect(() => {
    if (settled !== said && settled === value) tell(settled);
  }, [settled]);
  return { value, onInput: (event: { readonly currentTarget: HTMLInputElement }): void => setValue(event.currentTarget.value) };
}
