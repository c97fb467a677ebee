import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `The agent that uploads photos from this Mac is not loaded, is disabled, is loaded under an old label too,
cannot start (its program, the interpreter of its script or the folder that it watches is missing),
crashed in its last run, or has been running for more than an hour while its logs are silent. Agents are
found, not configured: those in \`~/Library/LaunchAgents\` and \`/Library/LaunchAgents\` whose label, program
or arguments speak of \`upload-immich\`, or that run \`hsdoctor immich upload\`. Exit statuses and signals are
told in words.`,
  configuration: `An agent of home-manager that nothing enables; a program that is missing from the folder, or is written
without the permission to execute it; \`~\` or \`$HOME\` where launchd expands nothing; an agent that nothing
starts; two agents with one label, or for one folder; and \`TimeOut\` (a warning), which limits no run.`,
  fix: `\`launchctl bootstrap gui/UID ~/Library/LaunchAgents/<label>.plist\` loads it, \`launchctl enable\` comes
before where it is disabled, \`launchctl bootout\` unloads an old one, and \`launchctl kickstart -k\` ends a
run that hangs and begins another. A folder that is missing is made, other than on a volume that may only
not be connected. Only what was seen to be able to start is loaded at once.`,
  notReported: `"not running, last exit code = 0", which is how an agent rests that watches a folder; "never exited" after
a login; an old exit status while it runs. Over ssh, when nobody is logged in at the screen, agents cannot
be seen: that is \`unknown\`. \`TimeOut\` in a property list limits nothing: launchd does not implement it.`,
};
