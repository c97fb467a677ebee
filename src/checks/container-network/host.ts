import { judgeHost } from '../define.ts';
import { missing } from '../shared/missing.ts';
import { judgeNames } from './names.ts';
import { isBridged, judgePorts, publishingContainers } from './published-ports.ts';

const NOTHING_ASKED =
  "no container here publishes a port, and no name server of podman's networks could be asked for their names";

export const host = judgeHost({
  needs: ['containers'],
  wants: ['portForwarding', 'containerLookups'],
  forRemedy: ['addresses'],
  evaluate(facts, context) {
    const { containers, portForwarding, addresses } = facts;
    const { unread } = context;
    if (!containers.some(isBridged))
      return {
        skip: containers.some(({ state, networkMode }) => state === 'running' && networkMode === undefined)
          ? 'it is not known which networks the containers join'
          : 'no container here is running on a bridge network',
      };
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
