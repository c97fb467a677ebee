import type { Step } from '../../model/remedy.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { containerName, unitName } from '../../remedy/words.ts';
import { defineKind } from '../define.ts';

export interface Asked {
  readonly container: string;
  /** `100.101.102.103:3001` */
  readonly place: string;
  /** What came instead of an answer. */
  readonly what: string;
  readonly unit: string | undefined;
}

const readLog = (container: string): Step =>
  run(['podman', 'logs', '--tail', '50', '--', containerName(container)], {
    root: true,
    why: 'Read what it logged last.',
  });

const logThenRestart = ({ container, unit }: Asked): Step[] => [
  readLog(container),
  ...(unit === undefined
    ? []
    : [
        run(['systemctl', 'restart', '--', unitName(unit)], {
          root: true,
          risk: 'restart',
          why: 'If the log does not show why, restart it. This interrupts what it is doing.',
        }),
      ]),
];

export const noAnswer = defineKind<Asked>({
  id: 'no-answer',
  name: 'A running app does not answer',
  meaning: 'The container runs, but nobody can use the app in it.',
  status: 'fail',
  title: ({ container, place, what }) => `${container} does not answer at ${place}: ${what}`,
  remedy: (about) => ({ lasting: logThenRestart(about) }),
});

export const errorAnswer = defineKind<Asked>({
  id: 'error-answer',
  name: 'A running app answers with an error',
  meaning: 'The app answers every visitor with a server error.',
  status: 'fail',
  title: ({ container, place, what }) => `${container} answers with an error at ${place}: ${what}`,
  remedy: (about) => ({ lasting: logThenRestart(about) }),
});

export const nothingListens = defineKind<Asked & { readonly inside: number }>({
  id: 'nothing-listens',
  name: 'No program in the container listens on its published port',
  meaning:
    'The only port that the container publishes refuses connections: the program in it does not listen there, or only for itself (127.0.0.1).',
  status: 'warn',
  title: ({ container, place }) => `No program in ${container} listens on its published port ${place}`,
  remedy: (about) => ({
    lasting: [
      readLog(about.container),
      byHand(
        `Compare the port that the program listens on with the published one (${about.inside} in the container), and correct the one that is wrong. In a container, a program has to listen on all addresses (0.0.0.0).`,
      ),
    ],
  }),
});

export const notOnTailnet = defineKind<Asked & { readonly local: string }>({
  id: 'not-on-tailnet',
  name: 'An app answers on its host, but not at the Tailscale address',
  meaning: 'Its port is published on all addresses, but other devices of the tailnet cannot reach the app.',
  status: 'warn',
  title: ({ container, place }) => `${container} answers only on its host, not at ${place}`,
  remedy: ({ local, place }) => ({
    lasting: [
      run(['ss', '-ltnp'], {
        root: true,
        why: `Show which programs listen on ${local} and on ${place}.`,
      }),
      byHand(
        'Look for a firewall rule or for another program that takes connections to the Tailscale address on this port (tailscale serve status, nft list ruleset).',
      ),
    ],
  }),
});
