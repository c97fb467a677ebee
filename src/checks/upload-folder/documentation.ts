import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `Photos and videos that have been in the watched folder for more than a quarter of an hour while nothing
uploads; or macOS does not let the agent into the folder (\`Operation not permitted\` in its error log), as
in Desktop, Documents, Downloads and on other volumes.`,
  fix: `\`launchctl kickstart gui/UID/<label>\` runs the agent once, where a run can succeed now (see
[upload-log](#upload-log)); a folder that is not protected, or Full Disk Access for the interpreter of the
script.`,
  notReported: `Files that have just arrived, whatever their own dates; a folder that is not there, of which
\`launchd-agent\` tells; hidden files and files that are no photos; a run that goes on. Where macOS refuses
hsdoctor itself, that is \`unknown\`, and says nothing of the agent.`,
};
