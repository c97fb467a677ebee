import { type Given, NOW } from '../home-server.ts';
import type { KindCases } from '../kind-cases.ts';

export const DAY = 86_400_000;

/** As it stands in a certificate. */
export const utc = (at: number) => `${new Date(at).toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`;

interface About {
  readonly ends: number;
  readonly lifetime?: number;
  readonly from?: string;
  readonly state?: string;
  readonly kind?: string;
  readonly active?: string;
  readonly path?: string;
}

/** Of ACME, for 90 days. */
export function certificate({
  ends,
  lifetime = 90 * DAY,
  from = 'acme',
  state = 'used',
  kind = 'issued',
  active = 'inactive',
  path = '/var/lib/acme/photos.example.org/fullchain.pem',
}: About): Given {
  const unit = from === 'acme' ? `acme-photos.example.org.service\t${active}` : '-\t-';
  return {
    certificates: `Version=257\n${from}\t${state}\t${unit}\t${kind}\t${utc(ends - lifetime)} ${utc(ends)} \t${path}\n`,
  };
}

export const cases: KindCases = {
  expired: { host: certificate({ ends: NOW - 3 * DAY }), near: certificate({ ends: NOW + 60 * DAY }) },
  'ends-soon': { host: certificate({ ends: NOW + 13 * DAY }), near: certificate({ ends: NOW + 15 * DAY }) },
  placeholder: {
    host: certificate({ ends: NOW + 60 * DAY, kind: 'placeholder' }),
    near: certificate({ ends: NOW + 60 * DAY }),
  },
};
