import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `A secret that the running system declares, or that a container mounts, is missing, a dangling link, empty,
of the wrong form (a bare value where \`KEY=value\` is read; \`KEY=value\` behind a \`…_FILE\` variable), of
another mode or owner than declared, or readable by everybody; its encrypted file is empty, or a pointer of
git-lfs, a link of git-annex or the like; a secret that nothing declares belongs to a user. Names, modes, owners, sizes and forms are
judged on the host; no content leaves it.`,
  configuration: `Also in the homes of home-manager: \`age.secrets.<name>.file\` that is not in the folder (a flake sees a new
file only after \`git add\`), is empty, or is a pointer of git-lfs, a link of git-annex or anything else that age did not encrypt; a file that no line of a \`secrets.nix\` names, or one that is encrypted for
nobody; a secret that is used and that this host does not declare; a password written out in the
environment of a container (\`POSTGRES_PASSWORD\`, \`DB_PASSWORD\` and the like), which is never shown; a
server and its database with different secrets for one password. The fix is run here, in the folder of the
\`secrets.nix\`: \`agenix -e\` and, for a flake, \`git add\`; \`agenix -r\` after a change of recipients.`,
  fix: `\`sudo agenix -e <name>.age\` in \`/etc/nixos/secrets\`, \`sudo nixos-rebuild switch\`, and a restart of the
services that mount the secret. If agenix said at boot that this host is not a recipient: \`agenix -r\`. If its
key was missing: set \`age.identityPaths\`. During a switch, agenix writes its messages to the terminal only.
\`--configuration\` names another folder than \`/etc/nixos\`.`,
  notReported: `Secrets of other hosts; secrets of sops-nix or another tool; messages of agenix about a secret that is
present now; placeholders such as \`$DB_PASSWORD\`, and \`…_FILE\`; two secrets made from one file.`,
};
