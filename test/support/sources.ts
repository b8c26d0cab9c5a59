/** The files of src as text, with what they import and export, for tests that check the shape of the code. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { ROOT } from "./root.ts";

const SRC = join(ROOT, "src");

export interface Source {
  readonly path: string;
  readonly text: string;
  /** Files as paths from src, packages by name. */
  readonly imports: readonly string[];
}

export function importsOf(path: string, text: string): string[] {
  const found = text.matchAll(/(?:^(?:import|export)\s[^"`;]*?from |\bimport\(|^import )"([^"]+)"/gm);
  return [...found].map(([, name = ""]) =>
    name.startsWith(".") ? relative(SRC, normalize(join(SRC, dirname(path), name))) : name,
  );
}

export const sources: Source[] = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .sort()
  .map((path) => {
    const text = readFileSync(join(SRC, path), "utf8");
    return { path, text, imports: importsOf(path, text) };
  });

/** Code without comments and without quoted text. */
export const codeOf = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/"(?:[^"\\\n]|\\.)*"|(^|\s)\/\/.*$/gm, "$1");

export const lengthOf = ({ text }: Source): number => text.split("\n").length - 1;

/** The first circle of imports that a search from every file comes upon, as its path. */
export function circleIn(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (path: string, above: readonly string[]): string[] | undefined => {
    if (above.includes(path)) return [...above.slice(above.indexOf(path)), path];
    if (done.has(path)) return undefined;
    for (const next of graph.get(path) ?? []) {
      const circle = visit(next, [...above, path]);
      if (circle) return circle;
    }
    done.add(path);
    return undefined;
  };
  for (const path of graph.keys()) {
    const circle = visit(path, []);
    if (circle) return circle;
  }
  return undefined;
}

/** Names that a file defines at its top level, with whether it exports them. */
export const exportsOf = (text: string): string[] =>
  [...text.matchAll(/^export (?:abstract |async )?(?:const|function\*?|class|interface|type) (\w+)/gm)].map(
    ([, name = ""]) => name,
  );
