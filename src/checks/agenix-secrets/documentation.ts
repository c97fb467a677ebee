import type { CheckDocumentation } from '../../model/check.ts';
import { ONLY_OF_THE_MACHINE } from '../shared/declared-elsewhere.ts';

export const documentation: CheckDocumentation = {
  shows: `A secret that the running system declares, or that a container mounts, is in one of these states:

- It is missing, a dangling link, or empty.
- It is in the wrong format: a bare value where \`KEY=value\` is read, or \`KEY=value\` behind a \`…_FILE\` variable.
- All users can read or change it, or it has another mode or owner than declared.
- Its encrypted file is empty, or a pointer or link of git-lfs, git-annex or git-crypt.
- It will be missing after the next reboot (or already is), because the key that decrypts it (\`age.identityPaths\`) is
  on a disk that is mounted later.

A leftover secret, which nothing declares and which belongs to another user than root, is reported, too.

Names, modes, owners, sizes and formats are checked on the host. No content leaves it.`,
  configuration: `Secrets of NixOS and of a home of home-manager are checked (\`age.secrets.<name>.file\`). These are reported:

- An encrypted file that is not in the folder (a flake sees a new file only after \`git add\`), is empty, or was not
  encrypted by age (such as a pointer of git-lfs).
- An encrypted file that is not in any \`secrets.nix\`, or that has no recipients, or a recipient that is not a public key.
- A secret that is used but not declared on this host, or at a path where agenix does not put it (\`age.secretsDir\`, \`name\`, \`path\`, \`symlink\`).
- A secret with a \`mode\` that lets all users read or change it.
- A key (\`age.identityPaths\`) that is not there when the secrets are decrypted at boot: on a filesystem without
  \`neededForBoot\`, on a tmpfs, or brought to its place by impermanence (\`environment.persistence\`).
- A plain-text password in the environment of a container (\`POSTGRES_PASSWORD\`, \`GITEA__database__PASSWD\`, \`ADMIN_PIN\` and the like). Its value is
  never shown.
- A server and its database with different secrets for one password.

Run the fix of such a finding on your own machine, in the folder of \`secrets.nix\`: \`agenix -e\` and, for a flake, \`git add\`; after a change of
recipients, \`agenix -r\`.`,
  fix: `Restore or change the encrypted file in \`/etc/nixos/secrets\` (\`sudo agenix -e <name>.age\`). Then run
\`sudo nixos-rebuild switch\`, and restart the services that mount the secret. During a switch, agenix writes its messages to
the terminal only. \`--configuration\` names another folder than \`/etc/nixos\`.

If this host is not a recipient: add its key to \`secrets.nix\`, and run \`agenix -r\` on a machine that can decrypt the secret.

If the key of the host was missing at boot: set \`age.identityPaths\`, or \`neededForBoot\` for the filesystem that it is on.`,
  notReported: `Secrets of other hosts. One key of several that is missing. Secrets of sops-nix or another tool. Messages of agenix about a secret that is
present now. Placeholders such as \`$DB_PASSWORD\`, and \`…_FILE\`. Two secrets made from one file.`,
  notJudged: ONLY_OF_THE_MACHINE,
};
