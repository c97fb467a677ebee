import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `Photos and videos that have been in the watched folder for more than a quarter of an hour while nothing
uploads them; photos and videos in its subfolders, which the script does not upload (without \`--recursive\`); or macOS does not let the agent into the folder (\`Operation not permitted\` in its error log), as in
Desktop, Documents, Downloads and on other volumes.`,
  fix: `\`launchctl kickstart gui/$(id -u)/LABEL\` runs the agent once, if a run can succeed now (see
[upload-log](#upload-log)); use a folder that is not protected, or give the interpreter of the script Full Disk
Access.`,
  notReported: `Files that have just arrived, whatever their own dates; a missing folder, which \`launchd-agent\` reports; hidden
files and files that are not photos; a run in progress; files in subfolders that the script itself names, such as one for
uploaded photos.`,
  unknownIf: `macOS refuses hsdoctor itself: that says nothing about the agent; or if photos are in subfolders, and it cannot be told whether the
agent uploads them from there (an agent that runs hsdoctor says it with \`--recursive\` or \`--no-recursive\`).`,
};
