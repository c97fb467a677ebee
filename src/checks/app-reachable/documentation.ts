import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `The host itself asks each published TCP port of a running container once (\`curl\`, 3 s, all at the same time), at the address
that it is published on; what is published on all addresses also at the Tailscale address. These are reported:

- An app whose image is known to have a website (Uptime Kuma, Plex, Jellyfin, Vaultwarden, ...) refuses the connection, breaks it,
  or does not answer in time.
- An answer with a server error (500, 502, 503, 504, ...); of an image that is not known only as a warning.
- The only port that a container publishes refuses connections.
- An app answers on its host, but not at the Tailscale address.`,
  fix: 'Read the log of the container. Restart it only if the log does not show why.',
  notReported: `These are not problems:

- Any other answer: 401, 403, 404 and redirects prove that the app is up.
- Immich (\`immich-server\`), databases, and ports of other protocols; these are not asked.
- An app that was started less than a minute ago, or whose health check is still starting.
- A refused port of a container that publishes others, too: not every port has to be in use.
- Silence of an image that is not known: it may speak another protocol.
- An app in the network of the host that does not listen on its usual port.`,
  unknownIf: 'the app was only just started, or containers of docker or of other users are running.',
};
