// The types of each face of the library as one file, which shows what is exported and nothing else.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const LIBRARY = `${root}/src/index.ts`;

/**
 * @param input a file of src
 * @param values what it exports as values; the rest is types
 */
export async function declarationsOf(input, values) {
  const types = await rollup({
    input: `${root}/${input}`,
    plugins: [dts({ tsconfig: `${root}/tsconfig.library.json` })],
    // Files of the library may name it in types; only other faces import it.
    external: (id) => id.startsWith("node:") || (id === LIBRARY && `${root}/${input}` !== LIBRARY),
  });
  const { output } = await types.generate({ paths: { [LIBRARY]: "./index.cjs" } });
  await types.close();
  const text = output[0].code.replace(/^export \{ (.*) \};\n(?:export type \{ (.*) \};)?$/m, (_, some, others = "") => {
    // The plugin lists classes as values, though some are exported as types only.
    const isValue = (name) => values.includes(name.trim());
    const all = [...some.split(",").filter((name) => !isValue(name)), ...others.split(",")];
    const names = all.map((name) => name.trim()).filter((name) => name !== "");
    return `export { ${values.join(", ")} };\nexport type { ${names.sort().join(", ")} };`;
  });
  // Handles have `Symbol.asyncDispose`, which no target of TypeScript has in its library yet.
  return `/// <reference lib="esnext.disposable" />\n${text}`;
}
