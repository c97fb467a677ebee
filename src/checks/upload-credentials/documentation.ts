import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `A key file for the upload is missing, a dangling link (agenix did not decrypt it), empty, unreadable, open to
other users, has Windows line endings, or does not have the form \`IMMICH_API_KEY=value\` that a script reads; or the property list holds the key
itself, as a variable or as an argument. In a configuration: the key of an agent in plain text, in its variables, its arguments or its script. Modes, sizes and formats are checked on the Mac; no content leaves it.`,
  fix: `If agenix does not write the file, create or correct it with an editor, as step 3 of [docs/mac.md](mac.md) shows; \`chmod 600\` makes it private. If agenix writes it, first remove the leftover \`.tmp\` file, if the log of agenix (\`~/Library/Logs/agenix/stderr\`) names one; then
\`launchctl kickstart -k gui/$(id -u)/org.nix-community.home.activate-agenix\` decrypts the keys again. \`agenix -e\` rewrites the key.`,
  notReported: `A file with the key alone, without \`IMMICH_API_KEY=\`, if only hsdoctor reads it; files that neither the script nor the agent
names.`,
  unknownIf: `neither the script nor the agent names the file of the key, or it is not clear whether the script reads the key from it.`,
};
