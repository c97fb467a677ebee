import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `Only in a configuration: a file of a machine that nix does not read, with the line and column of its first
five mistakes: a semicolon that is missing, an option that is set twice in one set, a name that nothing
binds (\`lib\` where the module does not ask for it). The rest of the file is read, and judged, all the
same.`,
  fix: `The line that is named, or the one before it; \`nix-instantiate --parse FILE\` shows what nix says of it.`,
  notReported: `A file that no machine imports; pipe operators, which nix has to be told to read.`,
};
