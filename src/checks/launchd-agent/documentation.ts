import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `The agent that uploads photos from this Mac has one of these problems:

- It is not loaded, or is disabled.
- It is also loaded under an old label, or another property list with the same label is loaded instead of it.
- It cannot start: its program, the interpreter of its script or the folder that it watches is missing.
- Its last run crashed, or has been running for more than an hour and writes nothing to its logs.

hsdoctor finds the agents by itself: those in \`~/Library/LaunchAgents\` and \`/Library/LaunchAgents\` whose label, program or
arguments contain \`upload-immich\`, or that run \`hsdoctor immich upload\`. Exit statuses and signals are explained.`,
  configuration: `An agent of home-manager that is not enabled; a program that is missing from the folder, or is written
without execute permission; \`~\` or \`$HOME\` where launchd does not expand it; an agent that nothing starts; two
agents with one label, or for one folder. \`TimeOut\` is a warning, because it does not limit a run; there is no warning
if the agent runs hsdoctor, or its script has a limit of its own.`,
  fix: `\`launchctl bootstrap gui/$(id -u) ~/Library/LaunchAgents/LABEL.plist\` loads the agent; \`launchctl enable\` comes
first if it is disabled; \`launchctl bootout\` unloads an old one; \`launchctl kickstart -k\` ends a run that hangs and starts
another. For a missing folder \`mkdir\` is shown, but not on a volume that may only be disconnected. The
command that loads an agent is shown only if its program and folders exist.`,
  notReported: `These lines of \`launchctl print\` are normal: \`state = not running\` with \`last exit code = 0\` (an agent that watches a
folder is idle), \`last exit code = (never exited)\` after a login, and an old exit status while the agent runs. On a Mac,
two things are only a note: \`TimeOut\` in a property list, which launchd does not implement; and an agent that only
\`WatchPaths\` starts, because launchd can miss a change: with \`StartInterval\` it also starts at intervals.`,
  unknownIf: `the Mac is read over ssh, and nobody is logged in at its screen: its agents cannot be read then.`,
};
