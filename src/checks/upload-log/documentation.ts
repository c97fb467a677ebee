import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `What the exit status hides: the last run that the log tells of failed, or left files behind although the
uploader ended with 0. Only what comes after the last success counts. The last 64 KiB of each log are
read, however large it is.`,
  fix: `What the log names: the server, the key, the lock, each by its own check. After \`CLI 종료 코드: 127\` put the
folder of \`bunx\` into the PATH of the agent, which knows no shell profile. \`launchctl kickstart
gui/UID/<label>\` runs it again, and is told only where a run can succeed now: the agent is loaded and
rests, its key is there, Immich answers, no lock is in the way, and the script can lose no photo. An agent
that runs \`hsdoctor immich upload\` says at the end of each run how it ended, and above that which files
are not proven, and why.`,
  notReported: `Failures before the last success; lines of an error log that is older than it. Where there is no log yet,
or an empty one, the check is skipped; where no line of it is understood, it is \`unknown\`.`,
};
