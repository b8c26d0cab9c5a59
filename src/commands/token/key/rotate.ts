import { Flags } from "@oclif/core";
import { type CommandInput, RbacCommand } from "../../../cli/base-command.ts";
import { KEY_FILE, keyPlace } from "../../../cli/flags/token-flags.ts";
import type { View } from "../../../output/render.ts";
import { nextKeys } from "../../../tokens/kept-keys.ts";
import { ALGORITHMS } from "../../../tokens/token-parts.ts";
import { keysView } from "../../../tokens/token-views.ts";

export default class TokenKeyRotate extends RbacCommand<typeof TokenKeyRotate> {
  static override summary = "Replace the key that signs tokens by a new one";
  static override description =
    "The old one verifies for a day yet, as long as tokens may live; the next rotation drops it. A key that " +
    "was stolen is got rid of by deleting its file, and creating a new one.";
  static override examples = ["<%= config.bin %> token key rotate"];
  static override flags = {
    alg: Flags.option({ description: "another algorithm than that of the old key", options: ALGORITHMS })(),
    ...KEY_FILE,
  };

  protected async answer({ flags, now }: CommandInput<typeof TokenKeyRotate>): Promise<View> {
    const place = await keyPlace(this.url, flags, this.shell);
    const { path, keys, text } = await nextKeys(place, flags.alg, now);
    await this.write(path, text);
    return keysView(path, keys, now, `wrote a new key to ${path}; give others what rbac token key export prints`);
  }
}
