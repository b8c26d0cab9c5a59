/** Numbers as text: only those that a double holds as they are written. */

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** The number that a JSON number is, where it is exact: `1.10` is, `9007199254740993` and `1e999` are not. */
export function exactNumber(text: string): number | undefined {
  const value = Number(text);
  return Number.isFinite(value) && decimalOf(String(value)) === decimalOf(text) ? value : undefined;
}

/** The one way to write a decimal: its digits without zeros at the ends, and the power of ten of the last one. */
function decimalOf(text: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = NUMBER.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return "0";
  const power = Number(exponent) - fraction.length + (digits.length - significant.length);
  return `${sign}${significant}e${power}`;
}
