// Which names a pattern covers, by expanding it to an expression over whole names; shares no code with src.

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/** Whether a pattern, without its `:own`, covers a name. */
export function coversByExpansion(pattern: string): (name: string) => boolean {
  const parts = pattern.split(":").map((part, at, all) => {
    if (part === "*") return at === all.length - 1 ? "[^:]+(?::[^:]+)*" : "[^:]+";
    return part.endsWith("*") ? `${escaped(part.slice(0, -1))}[^:]+` : escaped(part);
  });
  const whole = new RegExp(`^${parts.join(":")}$`, "u");
  return (name) => whole.test(name);
}
