import { judgeHost } from '../define.ts';
import { missing } from '../shared/missing.ts';
import { judgeNames } from './names.ts';
import { isBridged, judgePorts, publishingContainers } from './published-ports.ts';

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
    return {
      findings: [...ports.findings, ...names.findings],
      notChecked: [
        ...ports.notChecked,
        ...names.notChecked,
        ...missing(unread, 'container-lookups'),
        ...(publishing.length === 0 ? [] : missing(unread, 'port-forwarding')),
      ],
      ...(ports.note === undefined ? {} : { note: ports.note }),
      lookedAt: { forwardedPorts: ports.lookedAt, containerNetworks: names.lookedAt },
    };
  },
});
