import type { CheckDocumentation } from '../../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `What hsdoctor itself could not see: not root, a journal it may not read, a probe that hung or failed, or a
journal that begins after the containers were started, so that what happened to them before is gone.`,
  configuration: `An import of a file that is not in the folder, or of one whose path is not known. It may set anything, so
that nothing below it is called \`ok\`. The modules of other flakes and of nixpkgs are not read, and not
missed. With \`--eval\` also what nix says otherwise than the files were read, and a machine that nix cannot
evaluate.`,
  fix: `Run it with \`--sudo\`, or as root: to an ordinary user \`podman ps\` shows an empty store and \`journalctl\` an
empty journal, and both end with 0. With a journal that is too short judge a shorter time (\`--since 24h\`),
and let it keep more.`,
  notReported: `A program that is not installed, or a source that this system does not have.`,
};
