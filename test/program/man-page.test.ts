/** The manual page: what help says, in a form that the formatters of the system read without a complaint. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { COMMANDS } from "../../src/program/command-table.ts";
import { EXIT_CODES } from "../../src/program/exit-codes.ts";
import { manPage } from "../../src/program/man-page.ts";
import { describeWith, missingProgram } from "../support/needs.ts";
import { ROOT } from "../support/root.ts";

const PAGE = join(ROOT, "dist/rbac.1");
const { commands } = JSON.parse(readFileSync(join(ROOT, "oclif.manifest.json"), "utf8")) as {
  commands: Parameters<typeof manPage>[0]["commands"];
};

/** The page as plain text on one line. */
function formatted(program: string, argv: readonly string[], page: string): string {
  const env = { ...process.env, MANWIDTH: "200", MAN_KEEP_FORMATTING: "", LC_ALL: "C.UTF-8" };
  const { status, stdout, stderr } = spawnSync(program, argv, { input: page, env, encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
  return stdout.replace(/.[\b]/g, "").replace(/\s+/g, " ");
}

it("is built from the manifest, and named by the package", () => {
  const { version, description, man } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  expect(man).toBe("./dist/rbac.1");
  expect(readFileSync(PAGE, "utf8")).toBe(manPage({ version, purpose: description, commands }));
});

describeWith(missingProgram("groff", "--version"), "as groff prints it", () => {
  it("has every command with its summary, every flag, every variable, every exit code", () => {
    const printed = formatted("groff", ["-man", "-Tutf8", "-ww", "-rLL=200n", "-P-cbou"], readFileSync(PAGE, "utf8"));
    for (const id of Object.keys(COMMANDS)) {
      const { summary = "", flags = {} } = commands[id] ?? {};
      expect(printed).toContain(`rbac ${id.replaceAll(":", " ")} `);
      expect(printed).toContain(`${summary}.`);
      for (const { name, env } of Object.values(flags) as { name: string; env?: string }[]) {
        expect(printed).toContain(`--${name}`);
        if (env) expect(printed).toContain(`${env} stands in for --`);
      }
    }
    for (const [code, meaning] of EXIT_CODES) expect(printed).toContain(`${code} ${meaning}`);
  });

  it("prints text as it is, also what begins like a request", () => {
    const odd = { id: "x", summary: ".so /etc/passwd", args: {}, flags: {}, examples: ['\'quoted \\n "-" \\fB'] };
    const page = manPage({ version: "1", purpose: "'ab", commands: { x: odd } as unknown as typeof commands });
    const printed = formatted("groff", ["-man", "-Tutf8", "-ww", "-P-cbou"], page);
    expect(printed).toContain("DESCRIPTION 'ab ");
    expect(printed).toContain(".so /etc/passwd.");
    expect(printed).toContain('$ \'quoted \\n "-" \\fB');
  });
});

describeWith(missingProgram("man", "--version"), "as man shows it", () => {
  it("is a page with a name", () => {
    expect(formatted("man", ["-P", "cat", "-l", PAGE], "")).toMatch(
      /^RBAC\(1\).* NAME rbac - role-based access control/,
    );
  });
});
