import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `The agent that uploads photos from this Mac is not loaded, is disabled, is also loaded under an old label,
cannot start (its program, the interpreter of its script or the folder that it watches is missing), crashed in
its last run, or has been running for more than an hour while its logs are silent. Agents are found, not
configured: those in \`~/Library/LaunchAgents\` and \`/Library/LaunchAgents\` whose label, program or arguments
contain \`upload-immich\`, or that run \`hsdoctor immich upload\`. Exit statuses and signals are explained.`,
  configuration: `An agent of home-manager that is not enabled; a program that is missing from the folder, or is written
without execute permission; \`~\` or \`$HOME\` where launchd does not expand it; an agent that nothing starts; two
agents with one label, or for one folder; and \`TimeOut\` (a warning), which does not limit a run.`,
  fix: `\`launchctl bootstrap gui/$(id -u) ~/Library/LaunchAgents/LABEL.plist\` loads the agent; \`launchctl enable\` comes
first if it is disabled; \`launchctl bootout\` unloads an old one; \`launchctl kickstart -k\` ends a run that hangs
and starts another. For a missing folder \`mkdir\` is shown, but not on a volume that may only be disconnected. The
command that loads an agent is shown only if its program and folders exist.`,
  notReported: `These lines of \`launchctl print\` are normal: \`state = not running\` with \`last exit code = 0\` (an agent that watches a
folder is idle), \`last exit code = (never exited)\` after a login, and an old exit status while the agent runs. Over ssh, when nobody is logged in at the screen, agents cannot
be read: that is \`unknown\`. \`TimeOut\` in a property list does not limit a run: launchd does not implement it.`,
};
