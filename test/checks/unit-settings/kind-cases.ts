import type { KindCases } from '../kind-cases.ts';

export const cases: KindCases = {
  'wrong-section': {
    source: '{ systemd.services.plex.serviceConfig.ConditionPathExists = "/srv"; }',
    near: ['serviceConfig', 'unitConfig'],
  },
  'no-assignment': {
    source: '{ systemd.services.plex.serviceConfig.Environment = "TITLE=My photos"; }',
    near: ['My photos', 'Photos'],
  },
};
