import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `Only in a configuration: a file of a machine that nix cannot parse, with the line and column of its first five
errors: a missing semicolon, an option that is set twice in one set, an undefined variable (\`lib\` in a module
that does not have it as an argument). The rest of the file is read and checked as well as possible.`,
  fix: `Fix the line that is named, or the one before it; \`nix-instantiate --parse FILE\` shows the error of nix.`,
  notReported: `A file that no machine imports; pipe operators, which are an experimental feature of nix.`,
};
