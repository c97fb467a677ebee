import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `Only in a configuration: a file of a machine that nix cannot parse, with the line and column of its first five
errors: a missing semicolon, an option that is set twice in one set, an undefined variable (\`lib\` in a module
that does not have it as an argument). The rest of the file is read and checked as well as possible.

Also a file that the configuration imports and that does not exist, and a file of a flake that git does not track (by the
index of git, which is read without running git): nix does not see it.`,
  fix: `Fix the line that is named, or the one before it; \`nix-instantiate --parse FILE\` shows the error of nix.`,
  unknownIf: `one of these is the case:

- A file of the machine is encrypted by git-crypt, is larger than 16 MiB, or is nested more deeply than hsdoctor reads.
- A file is not here, but the machine may have it: in a submodule of git, behind a link, outside of the folder; without
  a flake also a \`hardware-configuration.nix\`, and files that .gitignore names.
- Which files the machine uses is not known.
- The index of git cannot be read.`,
  notReported: `A file that no machine imports: it is not read, even if it does not parse; whether git tracks the files, if the folder is not
the top of a repository, or is a worktree that \`git worktree\` added; pipe operators, which are an experimental feature of nix.`,
};
