import { Flags } from "@oclif/core";
import { type CommandInput, RbacCommand } from "../../cli/base-command.ts";
import { wordArg } from "../../cli/flags/shared-flags.ts";
import { audience, KEY_FILE, keyPlace, TOKEN_FLAGS, tokenText } from "../../cli/flags/token-flags.ts";
import type { View } from "../../output/render.ts";
import { checkToken } from "../../tokens/check-token.ts";
import { keptKeys } from "../../tokens/kept-keys.ts";
import { verdictView } from "../../tokens/token-views.ts";

export default class TokenVerify extends RbacCommand<typeof TokenVerify> {
  static override summary = "Verify a token of this database: exit 0 if it is valid, 1 if not";
  static override description =
    "Checks the signature, who issued it and for whom, its times and its database, and that its user is there and " +
    "not disabled. What it says of roles may be older than the policy: --fresh refuses that.";
  static override examples = [
    "<%= config.bin %> token verify - --aud https://api.example < token.txt",
    '<%= config.bin %> token verify "$TOKEN" --aud https://api.example --fresh --json',
  ];
  static override args = { token: wordArg("the token, or - for standard input, where no other process sees it") };
  static override flags = {
    ...TOKEN_FLAGS,
    fresh: Flags.boolean({ description: "refuse a token whose user or roles changed since it was issued" }),
    ...KEY_FILE,
  };

  protected async answer({ args, flags, now, open }: CommandInput<typeof TokenVerify>): Promise<View> {
    const { issuer, fresh } = flags;
    const keys = keptKeys(await keyPlace(this.url, flags, this.shell));
    const text = await tokenText(args.token);
    const held = { keys, audience: audience(flags), issuer, fresh, now };
    return verdictView(await (await open()).read((reading) => checkToken(reading, text, held)));
  }
}
