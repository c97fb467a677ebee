import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `The script can lose photos: it lets the uploader delete (\`--delete\`, \`--delete-duplicates\`), removes
originals when the uploader ended with 0, though that proves nothing, or runs whichever version of the
uploader is the newest.`,
  configuration: `The same rules, for the script that an agent runs: a file that \`home.file\` or \`xdg.configFile\` puts into
the home, a text in a file of Nix (\`pkgs.writeShellScript\`, \`writeShellApplication\`, \`script\` of
nix-darwin), or a line of \`sh -c\`. Each finding names the line of the script. \`IMMICH_DELETE_ASSETS\`
deletes whatever its value is, \`false\` too.`,
  fix: `\`hsdoctor immich upload DIR --delete\` in its place ([docs/launchd.md](launchd.md)): it deletes a file only
when the server has proven that it holds its bytes. Until then, take what deletes out of the script, and
write the version of the uploader that fits the server.`,
  notReported: `The removal of locks, logs and temporary files; a script that asks the server for its checksums before it
deletes. A script that calls no uploader that is known may do anything, and is \`unknown\`.`,
};
