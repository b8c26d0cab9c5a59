import { Flags } from "@oclif/core";
import { type CommandInput, RbacCommand } from "../../../cli/base-command.ts";
import { KEY_FILE, keyPlace } from "../../../cli/flags/token-flags.ts";
import type { View } from "../../../output/render.ts";
import { firstKeys } from "../../../tokens/kept-keys.ts";
import { ALGORITHMS } from "../../../tokens/token-parts.ts";
import { keysView } from "../../../tokens/token-views.ts";

export default class TokenKeyCreate extends RbacCommand<typeof TokenKeyCreate> {
  static override summary = "Create the first key that signs tokens";
  static override description =
    "It is written to a file readable by you alone. Whoever has it can say who they are: keep it where only those " +
    "who issue tokens can read it, and give others what token key export prints.";
  static override examples = [
    "<%= config.bin %> token key create",
    "<%= config.bin %> token key create --alg RS256 --key-file /etc/rbac/token-keys",
  ];
  static override flags = {
    alg: Flags.option({ description: "the algorithm", options: ALGORITHMS, default: ALGORITHMS[0] })(),
    ...KEY_FILE,
  };

  protected async answer({ flags, now, open }: CommandInput<typeof TokenKeyCreate>): Promise<View> {
    const place = await keyPlace(this.url, flags, this.shell);
    if (place.isBeside) await open();
    const { path, keys, text } = await firstKeys(place, flags.alg, now);
    await this.write(path, text);
    return keysView(path, keys, now, `wrote a key to ${path}`);
  }
}
