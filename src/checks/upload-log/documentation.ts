import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `The last run in the log failed or left files behind, even if its exit status was 0. Failures before the last success are not counted. The last 64 KiB of each log
are read, however large it is. hsdoctor understands its own logs, and those of an earlier upload script, \`upload-immich.sh\`, which logs in Korean.`,
  fix: `Fix what the log names; the checks \`immich-reachable\`, \`upload-credentials\` and \`upload-lock\` say how. If the uploader (the Immich CLI that the script calls) exited with 127 (in that script's log: \`CLI 종료 코드: 127\`, "exit status of the CLI"), add
the folder of \`bunx\` to the PATH of the agent, which does not read a shell profile. A finding shows \`launchctl kickstart
gui/$(id -u)/LABEL\`, which runs the agent again, only if a run can succeed now: the agent is loaded and
idle, its key is present, Immich answers, no lock blocks it, and the script cannot lose a photo. An agent that
runs \`hsdoctor immich upload\` logs at the end of each run how it ended, and before that which files are not
verified, and why.`,
  notReported: `Failures before the last success; an error log that was last written before that success. Without a log, or with an empty
one, the check is skipped.`,
  unknownIf: `no line of the log is understood, or if the last run says that it is done and the log also shows a failure.`,
};
