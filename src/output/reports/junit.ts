/** A report as JUnit's XML, which Jenkins, GitLab and others show. One suite for each file, in order of appearance. */
import { grouped } from "../../policy/model/group-by.ts";
import { sanitize } from "../sanitize.ts";
import type { Report, ReportCase } from "./report.ts";

/** @returns the document, with a line end */
export function junit({ title, cases }: Report): string {
  const suites = [...grouped(cases, ({ file }) => file ?? title)].map(([name, own]) => [
    `  <testsuite${attributes({ name, ...countsOf(own) })}>`,
    ...own.map((one) => testCase(one, name)),
    "  </testsuite>",
  ]);
  const root = attributes({ name: title, ...countsOf(cases) });
  return ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites${root}>`, ...suites.flat(), "</testsuites>", ""].join(
    "\n",
  );
}

function testCase({ name, file, line, failure, isError }: ReportCase, suite: string): string {
  const place = attributes({ classname: suite, name, file, line });
  if (failure === undefined) return `    <testcase${place}/>`;
  const tag = isError ? "error" : "failure";
  return `    <testcase${place}><${tag}${attributes({ message: failure })}/></testcase>`;
}

function countsOf(cases: readonly ReportCase[]): { tests: number; failures: number; errors: number } {
  const failed = cases.filter(({ failure }) => failure !== undefined);
  const errors = failed.filter(({ isError }) => isError).length;
  return { tests: cases.length, failures: failed.length - errors, errors };
}

const attributes = (values: Readonly<Record<string, string | number | undefined>>): string =>
  Object.entries(values)
    .map(([name, value]) => (value === undefined ? "" : ` ${name}="${escaped(String(value))}"`))
    .join("");

/** Characters that XML 1.0 cannot hold at all, not even as a reference. */
const IMPOSSIBLE = /(?![\t\n\r\u007f-\u009f])\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu;
/** Markup, and what a reader of XML would turn into a space or a person would not see. */
const REFERRED = /[&<>"'\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Text as the value of an attribute: a reader gets it back as it was, but for characters that XML cannot hold. */
const escaped = (text: string): string =>
  text
    .replace(IMPOSSIBLE, (char) => (char >= "\ufffe" ? `\\u${char.charCodeAt(0).toString(16)}` : sanitize(char)))
    .replace(REFERRED, (char) => `&#${char.codePointAt(0)};`);
