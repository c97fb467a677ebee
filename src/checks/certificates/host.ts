import type { Certificate } from '../../facts/host/certificates.ts';
import { counted } from '../../text/amount.ts';
import { type Context, type Judged, judgeHost, together } from '../define.ts';
import * as kinds from './kinds.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** Those that are valid for a few days only are renewed later. */
const SOON_MS = 14 * DAY_MS;
const SOON_PART = 6;

export const host = judgeHost({
  needs: ['certificates'],
  evaluate({ certificates }, context) {
    const used = certificates.filter(({ isLeftover }) => !isLeftover);
    const left = certificates.length - used.length;
    const note =
      left === 0
        ? undefined
        : `${counted(left, 'certificate')} not checked: no unit or server here uses them`;
    if (used.length === 0) return { skip: note ?? 'no certificate of ACME, nginx or Caddy here' };
    return {
      ...together(used.map((certificate) => judge(certificate, context))),
      lookedAt: { certificates: used.length },
      ...(note === undefined ? {} : { note }),
    };
  },
});

function judge(certificate: Certificate, { now }: Context): Judged {
  const { name, path, from, unit, validity, isPlaceholder } = certificate;
  const isRenewalFailed = unit?.activeState === 'failed';
  const about = { name, path, from, unit: unit?.id, isRenewalFailed };
  const explainedBy = unit === undefined ? [] : [{ check: 'failed-units', subject: unit.id }];
  const seen = (observed: string) => ({
    subject: name,
    evidence: [
      { source: path, observed },
      ...(isRenewalFailed && unit !== undefined
        ? [{ source: `systemctl show ${unit.id}`, observed: 'ActiveState=failed' }]
        : []),
    ],
    explainedBy,
  });
  if (isPlaceholder) {
    // The first one is just being asked for.
    return unit?.activeState === 'activating'
      ? { notChecked: `whether a certificate is issued for ${name}: the request is still running` }
      : { finding: kinds.placeholder.finding(about, seen('issued by minica root ca')) };
  }
  if (validity === undefined) return { notChecked: `the expiry date of ${path} could not be read` };
  if (now < validity.from - DAY_MS)
    return {
      notChecked: `whether the certificate of ${name} is valid: it is not valid yet by the clock of this host`,
    };
  const rest = validity.to - now;
  const observed = `notAfter ${new Date(validity.to).toISOString()}`;
  if (rest <= 0)
    return {
      finding: kinds.expired.finding(
        { ...about, span: spanOf(-rest) },
        {
          ...seen(observed),
          since: validity.to,
          affects: { what: name, state: 'degraded', cause: 'its certificate has expired' },
        },
      ),
    };
  if (rest >= Math.min(SOON_MS, (validity.to - validity.from) / SOON_PART)) return {};
  return { finding: kinds.endsSoon.finding({ ...about, span: spanOf(rest) }, seen(observed)) };
}

function spanOf(ms: number): string {
  if (ms >= 2 * DAY_MS) return `${Math.floor(ms / DAY_MS)} days`;
  return ms >= HOUR_MS ? `${Math.floor(ms / HOUR_MS)} h` : `${Math.max(1, Math.floor(ms / MINUTE_MS))} min`;
}
