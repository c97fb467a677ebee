import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';

export const immichServer: Check = {
  id: 'immich-server',
  title: 'Immich answers on its host',
  why: 'A container can run while the server in it does not answer: photos do not upload, but no unit has failed.',
  tags: ['immich', 'podman'],
  documentation,
  kinds: Object.values(kinds),
  host,
};
