import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `The host itself asks each published TCP port of a running container once (\`curl\`, 3 s, all at the same time), at the address
that it is published on. If that is all addresses, the Tailscale address is asked, too. These are reported:

- An app whose image is known to have a website (Uptime Kuma, Plex, Jellyfin, Vaultwarden, ...) refuses or drops the
  connection, or does not answer in time.
- An app answers with a server error (500, 502, 503, 504, ...). This is only a warning if hsdoctor does not know the image.
- The only port that a container publishes refuses connections.
- An app answers on its host, but not at the Tailscale address.`,
  fix: 'Read the log of the container. Restart it only if the log does not show why.',
  notReported: `These are not problems, or are not checked:

- Any other answer, also by TLS: 401, 403, 404 and redirects prove that the app is up.
- Immich (\`immich-server\`), databases, and ports of other protocols: hsdoctor does not ask these.
- A refused port of a container that publishes others, too: not every port has to be in use.
- No answer from an image that hsdoctor does not know: it may use another protocol.
- An app in the network of the host that does not listen on its usual port.`,
  unknownIf:
    'an app that does not answer was started less than a minute ago, or its health check is still starting; or containers of docker or of other users are running.',
};
