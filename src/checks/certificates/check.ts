import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';

export const certificatesCheck: Check = {
  id: 'certificates',
  title: 'Certificates are valid and renewed in time',
  why: 'Nothing shows that a renewal has failed until the certificate expires: then every app refuses to connect.',
  tags: ['network'],
  documentation,
  kinds: Object.values(kinds),
  host,
};
