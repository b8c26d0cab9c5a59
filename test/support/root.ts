/** The folder of the checkout. Tests name every path from here, wherever the checkout lies. */
import { dirname } from "node:path";

export const ROOT = dirname(dirname(import.meta.dirname));
