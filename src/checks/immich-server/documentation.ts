import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `The host itself asks Immich (\`/api/server/ping\`, \`version\` and \`config\`, without a key) at the address that its container
publishes. The check reports a server that does not answer, one that answers with an error, one in maintenance mode, and one without any user.

- Each of Immich's folders on the host (\`upload\`, \`library\`, \`thumbs\`, ...) contains a file \`.immich\`. If it is missing, the disk is
  not mounted or the folder was moved, and Immich refuses to start.
- If your settings have the URL and an API key of Immich (\`[immich]\`), and the URL is one of this host, hsdoctor also asks from here
  for failed and paused jobs (permission \`job.read\`), and whether a photo arrived lately (\`asset.read\`). The key is sent to Immich
  only, never to the host.`,
  fix: `Read the log of the container. If a folder has lost its \`.immich\` file, mount the disk first; never create the file by
hand in an empty folder.`,
  notReported: `A server that was started less than five minutes ago and does not answer yet; a redirect of the ping; a new server
without any \`.immich\` file that answers.`,
  unknownIf: `The server is published nowhere, and the host has no way to its network.`,
};
