import type { Step } from '../../model/remedy.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { absolutePath, unitName } from '../../remedy/words.ts';
import { defineKind } from '../define.ts';

interface Case {
  readonly name: string;
  readonly path: string;
  readonly from: 'acme' | 'nginx' | 'caddy';
  /** That renews it. */
  readonly unit: string | undefined;
  readonly isRenewalFailed: boolean;
}

export interface Ending extends Case {
  /** `3 days` */
  readonly span: string;
}

const renew = ({ from, path, unit }: Case): Step[] => {
  if (unit !== undefined)
    return [
      run(['journalctl', '--no-pager', '--lines=50', `--unit`, unitName(unit)], {
        root: true,
        why: 'Read why no new one was issued (a DNS record, a closed port 80, a limit of the certificate authority).',
      }),
      run(['systemctl', 'start', '--', unitName(unit)], {
        root: true,
        why: 'When the cause is fixed, request it again. Do not repeat this often: certificate authorities limit failed attempts.',
      }),
    ];
  if (from === 'caddy')
    return [
      run(['journalctl', '--no-pager', '--lines=100', '--unit', unitName('caddy.service')], {
        root: true,
        why: 'Read why Caddy did not renew it. Caddy tries again by itself once the cause is fixed.',
      }),
    ];
  return [
    run(['ls', '-l', '--', absolutePath(path)], { root: true, why: 'Show when the file was last written.' }),
    byHand('Renew it with the program that issued it, and reload nginx (systemctl reload nginx).'),
  ];
};

export const expired = defineKind<Ending>({
  id: 'expired',
  name: 'A certificate has expired',
  meaning: 'Browsers and apps refuse to connect.',
  status: 'fail',
  title: ({ name, span }) => `The certificate of ${name} expired ${span} ago`,
  remedy: (about) => ({ lasting: renew(about) }),
});

export const endsSoon = defineKind<Ending>({
  id: 'ends-soon',
  name: 'A certificate expires soon and was not renewed',
  meaning: 'After that, browsers and apps refuse to connect.',
  status: 'warn',
  title: ({ name, span, isRenewalFailed }) =>
    `The certificate of ${name} expires in ${span}${isRenewalFailed ? ': its renewal failed' : ''}`,
  remedy: (about) => ({ lasting: renew(about) }),
});

export const placeholder = defineKind<Case>({
  id: 'placeholder',
  name: 'A certificate is only a self-signed placeholder',
  meaning:
    'NixOS uses a self-signed certificate until the certificate authority has issued the first real one. Browsers and apps refuse it.',
  status: 'warn',
  title: ({ name }) => `${name} has no certificate yet, only a self-signed placeholder`,
  remedy: (about) => ({ lasting: renew(about) }),
});
