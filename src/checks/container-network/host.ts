import type { Facts } from '../../facts/host/index.ts';
import { judgeHost } from '../define.ts';
import { notCheckedOf, uncheckedEngines } from '../shared/engines.ts';
import { missing } from '../shared/missing.ts';
import { judgeNames } from './names.ts';
import { isBridged, judgePorts, publishingContainers } from './published-ports.ts';

const NOTHING_ASKED =
  "no container here publishes a port, and no name server of podman's networks could be asked for their names";

export const host = judgeHost({
  needs: ['containers'],
  wants: ['portForwarding', 'containerLookups', 'units', 'engines'],
  forRemedy: ['addresses'],
  evaluate(facts, context) {
    const { containers, portForwarding, addresses } = facts;
    const { unread } = context;
    if (!containers.some(isBridged)) {
      const unlisted = unlistedContainers(facts);
      if (unlisted.length > 0) return { findings: [], lookedAt: {}, notChecked: unlisted };
      return {
        skip: containers.some(({ state, networkMode }) => state === 'running' && networkMode === undefined)
          ? 'it is not known which networks the containers join'
          : 'no container here is running on a bridge network',
      };
    }
    const publishing = publishingContainers(containers);
    const ports = judgePorts(publishing, portForwarding, addresses, context);
    const names = judgeNames(facts, context);
    const isIdle = publishing.length === 0 && names.lookedAt === 0;
    const note = isIdle ? NOTHING_ASKED : ports.note;
    return {
      findings: [...ports.findings, ...names.findings],
      notChecked: [
        ...ports.notChecked,
        ...names.notChecked,
        ...missing(unread, 'container-lookups'),
        ...(publishing.length === 0 ? [] : missing(unread, 'port-forwarding')),
      ],
      ...(note === undefined ? {} : { note }),
      lookedAt: { forwardedPorts: ports.lookedAt, containerNetworks: names.lookedAt },
    };
  },
});

/** What podman does not list for root may be on a bridge all the same. */
function unlistedContainers({
  engines,
  units = [],
}: { readonly [K in 'engines' | 'units']: Facts[K] | undefined }): string[] {
  const unchecked = uncheckedEngines(engines, units);
  const names = units
    .filter(
      ({ user, engine, activeState }) => activeState === 'active' && (user !== '' || engine === 'docker'),
    )
    .map(({ container }) => container);
  return [
    ...(names.length === 0
      ? []
      : [`the networks of ${names.join(', ')} are not known: root's podman does not list these containers`]),
    ...notCheckedOf(unchecked),
  ];
}
