/** Every error of the driver has a code, though the driver gives many of them a message only. */
import { expect, it } from "vitest";
import { driverError, isLost } from "../../../src/store/postgres/session.ts";

it.each([
  ["Connection terminated unexpectedly", "LOST"],
  ["Client was closed and is not queryable", "LOST"],
  ["Client has encountered a connection error and is not queryable", "LOST"],
  ["timeout expired", "ETIMEDOUT"],
  ["The server does not support SSL connections", "TLS"],
  ["SASL: SCRAM-SERVER-FIRST-MESSAGE: server signature is missing", "AUTHENTICATION"],
  ["Password is not a string", "AUTHENTICATION"],
])("%s has the code %s", (message, code) => {
  const cause = new Error(message);
  expect(driverError(cause)).toMatchObject({ message, code, cause });
});

it.each([
  ["with a code", Object.assign(new Error("timeout expired"), { code: "57014" })],
  ["of the program", new TypeError("x is not a function")],
  ["that is no error", { message: "timeout expired" }],
])("an error %s is returned unchanged", (_, error) => {
  expect(driverError(error)).toBe(error);
});

it("tells the end of a session from an error of a statement", () => {
  const codes = ["LOST", "08006", "57P01", "25P03", "ECONNRESET", "57014", "42P01", undefined];
  expect(codes.filter((code) => isLost({ code }))).toEqual(["LOST", "08006", "57P01", "25P03", "ECONNRESET"]);
  expect(isLost(null)).toBe(false);
});
