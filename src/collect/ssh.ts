import { quote } from '../text/shell.ts';
import { collectThroughShell, type ExplainFailure, lastLine } from './shell.ts';
import { nearestHost } from './ssh-config.ts';
import { collectThroughSudo } from './sudo.ts';
import type { Target } from './target.ts';

const LONGEST_CONNECT_SECONDS = 10;

const UNRESOLVED = [
  /Could not resolve hostname|Name or service not known/i,
  'its name could not be resolved: check the name, the network of this machine, and `tailscale status`',
] as const;

/** HOST stands for the destination. */
const FAILURES: readonly (readonly [RegExp, string])[] = [
  [
    // Over several lines, so that what is quoted is the last of them.
    /REMOTE HOST IDENTIFICATION HAS CHANGED[\s\S]*verification failed/i,
    'its host key has changed: if you know why, such as a reinstallation, run `ssh HOST`, and remove the line of known_hosts that it names; if not, do not log in there',
  ],
  [
    /Host key verification failed/i,
    'its host key is not known here: run `ssh HOST` once, and accept the key if its fingerprint is that of `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` on the host',
  ],
  UNRESOLVED,
  [
    /Connection refused/i,
    'connection refused: start sshd on the host, or correct `HostName` and `Port` in ~/.ssh/config',
  ],
  [
    /No route to host|Network is unreachable|Host is down/i,
    'no route to it: check the network of this machine, that the host is on, and `tailscale status` on both sides',
  ],
  [/timed out/i, 'timed out: check that the host is on, and `tailscale status` on both sides'],
  [
    /tailnet policy does not permit/i,
    'Tailscale SSH does not allow this login: allow it under `ssh` in the access controls of the tailnet',
  ],
  [
    /Permission denied \(|Too many authentication failures/i,
    'permission denied for this key or user: check `User` and `IdentityFile` in ~/.ssh/config, and the authorized keys of that user on the host',
  ],
  [
    /Tailscale SSH requires an additional check/i,
    'Tailscale SSH needs you to authenticate in a browser: run `ssh HOST` once, and open the link that it shows',
  ],
  [
    /sudo: .*not found/i,
    'sudo is not installed there: log in as root (`User` in ~/.ssh/config), without --sudo',
  ],
  [
    /sudo: .*(password|terminal)/i,
    'sudo asks for a password there: run this on a terminal, where hsdoctor asks you for it, or log in as root without --sudo',
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
  const command = `ssh ${quote(destination)}`;
  if (known !== undefined) {
    const [pattern, sentence] = known;
    const line = stderr.split('\n').findLast((each) => pattern.test(each)) ?? lastLine(stderr);
    const hint = known === UNRESOLVED ? nearestHost(destination) : '';
    return `${sentence.replaceAll('ssh HOST', command)}${hint} (${line.trim()})`;
  }
  const last = lastLine(stderr);
  const because = last === '' ? '' : ` (${last})`;
  if (/login\.tailscale\.com/.test(stderr))
    return `Tailscale SSH asks for a login: run \`${command}\` once, and open the link that it shows`;
  if (/^usage: ssh|hostname contains invalid characters/m.test(stderr))
    return 'ssh does not accept this name: write `USER@NAME` or `ssh://USER@NAME:PORT`, or give it a name in ~/.ssh/config';
  if (silentSeconds !== undefined)
    return `connected, but got no shell within ${silentSeconds} s: check the login files of that user, such as ~/.bashrc, for a command that waits${because}`;
  if (code === undefined && /\bENOENT\b/.test(last))
    return 'ssh is not installed on this machine, or not on the PATH: install the OpenSSH client';
  if (code === undefined || code === 255)
    return `ssh failed: run \`ssh -v ${quote(destination)}\`, which shows each step${because}`;
  return `the shell exited before the script ran: check the shell of that user, and its login files, such as ~/.bashrc, for an \`exit\` (exit status ${code}${last === '' ? '' : `: ${last}`})`;
}
