/** Times in conditions: RFC 3339 with a zone, and up to nine decimals. */
import { expect, it } from "vitest";
import { conditionText, parseCondition } from "../../../src/policy/conditions/condition.ts";
import { errorOf } from "../../support/documents.ts";

it.each(["2027-01-31T09:00:00Z", "2027-01-31T09:00:00.5+01:00", "2027-01-31T09:00:00.123456789Z"])(
  "%s is a time",
  (text) => {
    expect(conditionText(parseCondition(`context.time < "${text}"`))).toBe(`context.time < "${text}"`);
  },
);

it.each([
  "2027-01-31",
  "2027-01-31T09:00:00",
  "2027-01-31T09:00:00+25:00",
  "2027-13-31T09:00:00Z",
  `2027-01-31T09:00:00.${"1".repeat(40)}Z`,
])("%s is none", (text) => {
  expect(errorOf(() => parseCondition(`context.time < "${text}"`))).toMatchObject({
    code: "CONDITION_INVALID",
    exitCode: 2,
  });
});
