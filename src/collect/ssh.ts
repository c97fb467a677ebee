import { quote } from '../text/shell.ts';
import { collectThroughShell, type ExplainFailure, lastLine } from './shell.ts';
import { nearestHost } from './ssh-config.ts';
import { collectThroughSudo } from './sudo.ts';
import type { Target } from './target.ts';

const LONGEST_CONNECT_SECONDS = 10;

const NO_SUCH_HOST = [
  /Could not resolve hostname|Name or service not known/i,
  'no such host: check the name, and whether Tailscale is up on this machine',
] as const;

const FAILURES: readonly (readonly [RegExp, string])[] = [
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED/i,
    'its host key has changed: find out why, then remove the old one with `ssh-keygen -R HOST`',
  ],
  [
    /Host key verification failed/i,
    'its host key is not known here: connect once with `ssh HOST`, and compare the key that it shows with that of `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` on the host',
  ],
  NO_SUCH_HOST,
  [/Connection refused/i, 'connection refused: is sshd running there, and on this port?'],
  [
    /timed out|No route to host|Network is unreachable/i,
    'timed out: is it switched on, and is Tailscale up on both sides?',
  ],
  [
    /Permission denied|Too many authentication failures/i,
    'permission denied for this key or user: check `User` and `IdentityFile` in ~/.ssh/config',
  ],
  [
    /Tailscale SSH requires an additional check/i,
    'Tailscale SSH needs you to authenticate in a browser first: connect once with `ssh HOST`',
  ],
  [
    /sudo: .*not found/i,
    'sudo is not installed there: log in as root (`User` in ~/.ssh/config), without --sudo',
  ],
  [
    /sudo: .*(password|terminal)/i,
    'sudo asks for a password there: run this on a terminal, allow this user NOPASSWD, or check as root',
  ],
];

/** A host reached with the user's own `ssh`: its config, agent, jump hosts and Tailscale SSH all work. */
export function sshTarget(destination: string): Target {
  return {
    name: destination,
    kind: 'ssh',
    collect(probes, options) {
      // Lines of the user's config that would replace our command or need a terminal are overruled; nothing else is.
      const settings = [
        'BatchMode=yes',
        `ConnectTimeout=${Math.min(LONGEST_CONNECT_SECONDS, Math.ceil(options.timeoutMs / 1000))}`,
        'ServerAliveInterval=5',
        'ServerAliveCountMax=3',
        'RemoteCommand=none',
        'RequestTTY=no',
      ];
      const ssh = ['ssh', ...settings.flatMap((setting) => ['-o', setting]), '--', destination] as const;
      const explainFailure: ExplainFailure = (...failure) => explain(destination, ...failure);
      if (!options.sudo) return collectThroughShell([...ssh, 'sh', '-s'], probes, options, explainFailure);
      return collectThroughSudo(destination, options, explainFailure, (command, explained, password) =>
        // The login shell there splits it into words.
        collectThroughShell([...ssh, ...command.map(quote)], probes, options, explained, password),
      );
    },
  };
}

function explain(
  destination: string,
  code: number | undefined,
  stderr: string,
  silentSeconds: number | undefined,
): string {
  const known = FAILURES.find(([pattern]) => pattern.test(stderr));
  const last = lastLine(stderr);
  if (known === NO_SUCH_HOST) return `${known[1]}${nearestHost(destination)} (${last})`;
  if (known !== undefined) return `${known[1].replaceAll('HOST', destination)} (${last})`;
  if (/login\.tailscale\.com/.test(stderr))
    return `Tailscale SSH asks for a login: run \`ssh ${destination}\` once, and open the link that it shows`;
  if (silentSeconds !== undefined)
    return `connected, but got no shell within ${silentSeconds} s: does a login file there, such as .bashrc, wait for something?${last && ` (${last})`}`;
  if (code === undefined) return 'ssh is not installed on this machine, or not on the PATH';
  if (code === 255) return `ssh failed: ${last || 'it said nothing'}`;
  return `the shell exited before the script ran (exit status ${code}${last === '' ? '' : `: ${last}`}): does a login file there, such as .bashrc, call \`exit\`?`;
}
