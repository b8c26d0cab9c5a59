import { type CommandInput, RbacCommand } from "../../../cli/base-command.ts";
import { KEY_FILE, keyPlace } from "../../../cli/flags/token-flags.ts";
import type { View } from "../../../output/render.ts";
import { keptKeys } from "../../../tokens/kept-keys.ts";
import { keysView } from "../../../tokens/token-views.ts";

export default class TokenKeyList extends RbacCommand<typeof TokenKeyList> {
  static override summary = "List the keys of tokens: which signs, and which only verify";
  static override examples = ["<%= config.bin %> token key list"];
  static override flags = KEY_FILE;

  protected async answer({ flags, now }: CommandInput<typeof TokenKeyList>): Promise<View> {
    const place = await keyPlace(this.url, flags, this.shell);
    return keysView(place.name, keptKeys(place), now);
  }
}
