/** Changes one line of a YAML file that people write: what else stands in it stays, comments too. */
import { parseDocument } from "yaml";

/** A text that was read without a fault, with another value of a key at its top. */
export function withTopValue(text: string, key: string, value: string): string {
  const document = parseDocument(text);
  document.set(key, value);
  return document.toString({ lineWidth: 0 });
}
