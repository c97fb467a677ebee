import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `One of these is the case:

- Photos or videos have been in the watched folder for more than 15 minutes, and nothing uploads them.
- Photos or videos are in its subfolders, which the upload skips without \`--recursive\`.
- macOS does not let the agent into the folder (\`Operation not permitted\` in its error log). It protects Desktop, Documents,
  Downloads and other volumes.`,
  fix: `\`launchctl kickstart gui/$(id -u)/LABEL\` runs the agent once, if a run can succeed now (see
[upload-log](#upload-log)); use a folder that is not protected, or give the interpreter of the script Full Disk
Access.`,
  notReported: `Files that have just arrived, whatever their own dates; a missing folder, which \`launchd-agent\` reports; hidden
files and files that are not photos; a run in progress; files in subfolders that the script itself names, such as one for
uploaded photos.`,
  unknownIf: `macOS does not let hsdoctor itself into the folder, which says nothing about the agent; or if photos are in subfolders, and it
is not known whether the agent uploads those (for an agent that runs hsdoctor, \`--recursive\` or \`--no-recursive\` decides).`,
};
