import { type CommandInput, RbacCommand } from "../../../cli/base-command.ts";
import { KEY_FILE, keyPlace } from "../../../cli/flags/token-flags.ts";
import type { View } from "../../../output/render.ts";
import { keptKeys } from "../../../tokens/kept-keys.ts";
import { jwksView } from "../../../tokens/token-views.ts";

export default class TokenKeyExport extends RbacCommand<typeof TokenKeyExport> {
  static override summary = "Print the public keys, for those who verify tokens";
  static override description = "A JWKS (RFC 7517), to be published or copied: nothing in it is secret.";
  static override examples = ["<%= config.bin %> token key export > jwks.json"];
  static override flags = KEY_FILE;

  protected async answer({ flags, now }: CommandInput<typeof TokenKeyExport>): Promise<View> {
    return jwksView(keptKeys(await keyPlace(this.url, flags, this.shell)), now);
  }
}
