import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `A script that can lose photos: it lets the uploader (the Immich CLI that the script calls) delete (\`--delete\`, \`--delete-duplicates\`, or
\`IMMICH_DELETE_ASSETS\` in its environment); it removes originals when the uploader exits with 0, which proves nothing; or it
runs the newest version of the uploader, whichever that is.`,
  configuration: `The same rules, for the script that an agent runs: a file that \`home.file\` or \`xdg.configFile\` puts into the home
folder, a text in a Nix file (\`pkgs.writeShellScript\`, \`writeShellApplication\`, \`script\` of nix-darwin), or a line
of \`sh -c\`. Each finding names the line of the script. \`IMMICH_DELETE_ASSETS\` turns deletion on with any value, even
\`false\`.`,
  fix: `Use \`hsdoctor immich upload FOLDER --delete\` instead ([docs/mac.md](mac.md)): it deletes a file only once it
has verified that the server has the same bytes. Until then, remove from the script what deletes files (an option such as \`--delete\`, or a line such as \`rm\`), and
write the exact version of the uploader that fits the server (\`@immich/cli@X.Y.Z\`).`,
  unknownIf: `one of these is the case:

- A script has no known uploader, runs a program that may be harmful (another script, another language, \`eval\`), may
  overwrite a photo, or removes files after it asked the server for checksums.
- The \`ProgramArguments\` of an agent start a second program.
- Another launchd job or a line of the crontab names the watched folder, or one above it, and may remove files there.`,
  notReported: `The removal of locks, logs and temporary files.`,
};
