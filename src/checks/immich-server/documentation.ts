import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `The host itself asks Immich (\`/api/server/ping\`, \`version\` and \`config\`, without a key) at the address that its container
publishes. These are reported:

- Immich does not answer, answers with an error, is in maintenance mode, or has no user.
- A folder of Immich (\`upload\`, \`library\`, \`thumbs\`, ...) has lost its file \`.immich\`: its disk is not mounted or the
  folder was moved, and Immich refuses to start.
- Jobs failed, or wait in a paused queue. This is only checked if your settings have the URL of this host and an API key
  (\`[immich]\`): the machine on which you run hsdoctor then asks Immich for its jobs (permission \`job.read\`) and for the date of
  the newest photo (\`asset.read\`). The key is sent to Immich only, not over SSH to the host.`,
  fix: `Read the log of the container. If a folder has lost its \`.immich\` file, mount its disk first. Never create the file in
an empty folder.`,
  notReported: `These are not problems:

- A server that was started less than five minutes ago and does not answer yet.
- A redirect of the ping.
- A new server without any \`.immich\` file, if it answers.`,
  unknownIf: `the server publishes no port and the host cannot reach its network.`,
};
