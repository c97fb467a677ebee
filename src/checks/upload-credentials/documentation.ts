import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `A file with a key that the upload reads is missing, a link to nothing (agenix did not decrypt it), empty,
unreadable, open to other users, or not of the form \`KEY=value\` that a script takes in; or the property
list holds the key itself. Modes, sizes and forms are judged on the Mac; no content leaves it.`,
  fix: `\`launchctl kickstart -k gui/UID/org.nix-community.home.activate-agenix\` decrypts again, after the leftover
\`.tmp\` that agenix complains about is removed; \`agenix -e\` writes the key anew; \`chmod 400\` closes a file
that agenix does not write.`,
  notReported: `A bare key where hsdoctor itself reads it; files that neither the script nor the agent names. Where
nothing tells which file holds the key, the check is \`unknown\`.`,
};
