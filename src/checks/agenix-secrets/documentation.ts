import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `A secret that the running system declares, or that a container mounts, is missing, a dangling link, empty,
in the wrong format (a bare value where \`KEY=value\` is read, or \`KEY=value\` behind a \`…_FILE\` variable),
readable by all users, or has another mode or owner than declared; its encrypted
file is empty, or a pointer or link of git-lfs, git-annex or git-crypt; or a secret that nothing declares
belongs to another user than root. Names, modes, owners, sizes and formats
are checked on the host; no content leaves it.`,
  configuration: `An \`age.secrets.<name>.file\`, of NixOS or of a home of home-manager, that is not in the folder (a flake sees a
new file only after \`git add\`), is empty, or was not encrypted by age (such as a pointer of git-lfs); an encrypted file that is not in any \`secrets.nix\`, or that has no
recipients; a secret that is used but not declared on this host; a plain-text password in the environment
of a container (\`POSTGRES_PASSWORD\`, \`DB_PASSWORD\` and the like; its value is never shown); a server and its
database with different secrets for one password. Run the fix on your own machine, in the folder of \`secrets.nix\`:
\`agenix -e\` and, for a flake, \`git add\`; \`agenix -r\` after a change of recipients.`,
  fix: `Restore or change the encrypted file in \`/etc/nixos/secrets\` (\`sudo agenix -e <name>.age\`), \`sudo nixos-rebuild switch\`,
and a restart of the services that mount the secret. If this host is not a recipient: add its key to
\`secrets.nix\`, and run \`agenix -r\` on a machine that can decrypt the secret. If the key of the host
was missing at boot: set \`age.identityPaths\`. During a switch, agenix writes its messages to the terminal only.
\`--configuration\` names another folder than \`/etc/nixos\`.`,
  notReported: `Secrets of other hosts; secrets of sops-nix or another tool; messages of agenix about a secret that is
present now; placeholders such as \`$DB_PASSWORD\`, and \`…_FILE\`; two secrets made from one file.`,
};
