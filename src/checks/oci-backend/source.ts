import type { DeclaredContainer } from '../../facts/config/containers.ts';
import type { SourceFacts } from '../../facts/config/index.ts';
import { PODMAN_SINCE } from '../../facts/config/oci-backend.ts';
import { unknownIn, wholeText } from '../../facts/config/text.ts';
import { type FindingDraft, judgeSource } from '../define.ts';
import { evidenceAt } from '../shared/evidence-at.ts';
import * as kinds from './kinds.ts';
import { type Meant, meantBy } from './meant.ts';

const OPTION = 'virtualisation.oci-containers.backend';

type Backend = SourceFacts['ociBackend'];

export const source = judgeSource({
  // The backend is not that of containers which something else makes.
  needs: ['ociContainers', 'ociBackend', 'system'],
  wants: ['services', 'literals'],
  elsewhere: {
    things: ['virtualisation.oci-containers.containers.*', 'docker-containers.*'],
    settings: ['virtualisation.oci-containers.backend'],
  },
  evaluate({ ociBackend, system, ociContainers: containers, services = [], literals }, { folder }) {
    const { backend, old } = ociBackend;
    if (containers.length === 0 && old.length === 0 && backend.state !== 'unknown')
      return { skip: 'no container is declared (virtualisation.oci-containers)' };
    const findings = old.map((each) => oldOption(each, { folder }));
    const judged = { findings, lookedAt: { containers: containers.length + old.length } };
    switch (backend.state) {
      case 'unknown':
        return {
          ...judged,
          notChecked: [`which backend runs the containers is not known: ${backend.reason}`],
        };
      case 'known': {
        const { text, at = containers[0]?.at } = backend.value;
        if (unknownIn(backend.value))
          return { ...judged, notChecked: [`which backend runs the containers is not known: it is ${text}`] };
        if (text === 'podman') return judged;
        const meant = meantBy(ociBackend, containers, services);
        if (meant.engine === 'docker') return { ...judged, note: noteOf(meant) };
        const about = { backend: text, at, literals: editable(meant, literals), folder };
        return { ...judged, findings: [...findings, otherBackend(about, ociBackend, meant)] };
      }
      case 'unset': {
        if (containers.length === 0) return judged;
        const meant = meantBy(ociBackend, containers, services);
        const about = { literals: editable(meant, literals), folder };
        const { finding, ...said } = byDefault(containers, system, about);
        if (finding !== undefined && meant.engine === 'docker') return { ...judged, note: noteOf(meant) };
        return { ...judged, ...said, findings: finding === undefined ? findings : [...findings, finding] };
      }
    }
  },
});

const noteOf = ({ marks }: Meant) =>
  `docker runs the containers, and the configuration is written for it: ${marks.map(({ observed }) => observed).join('; ')}`;

/** What is written for docker would no longer work. */
const editable = <T>({ alsoDocker }: Meant, literals: T | undefined) => (alsoDocker ? undefined : literals);

const oldOption = ({ name, at }: Backend['old'][number], where: { readonly folder: string }): FindingDraft =>
  kinds.oldOption.finding(
    { container: name, at, ...where },
    {
      subject: name,
      evidence: [
        evidenceAt(at, `docker-containers.${name}`, `virtualisation.oci-containers.containers.${name}`),
      ],
    },
  );

function otherBackend(
  about: Parameters<typeof kinds.otherBackend.finding>[0],
  { podman, dockerCompat }: Backend,
  { engine, marks }: Meant,
): FindingDraft {
  const conflict =
    podman.state === 'known' && podman.value && dockerCompat.state === 'known' && dockerCompat.value;
  return kinds.otherBackend.finding(about, {
    subject: 'backend',
    status: engine === 'podman' ? 'fail' : 'warn',
    evidence: [
      evidenceAt(about.at, `${OPTION} = ${JSON.stringify(about.backend)}`, '"podman"'),
      ...marks.map(({ at, observed }) => evidenceAt(at, observed)),
      ...(conflict
        ? [
            evidenceAt(
              dockerCompat.at,
              'virtualisation.podman.dockerCompat = true, which NixOS does not allow with docker as the backend',
            ),
          ]
        : []),
    ],
  });
}

/** Nothing sets it: what it is then depends on the version of NixOS that the machine was installed with. */
function byDefault(
  [first]: readonly DeclaredContainer[],
  { stateVersion }: SourceFacts['system'],
  about: Pick<Parameters<typeof kinds.dockerByDefault.finding>[0], 'literals' | 'folder'>,
): { readonly finding?: FindingDraft; readonly notChecked?: string[]; readonly note?: string } {
  const version = wholeText(stateVersion);
  if (version === undefined) {
    const why = stateVersion.state === 'unknown' ? stateVersion.reason : 'system.stateVersion is not set';
    return {
      notChecked: [
        `${OPTION} is not set, and whether its default is podman depends on system.stateVersion: ${why}`,
      ],
    };
  }
  if (Number(version) >= PODMAN_SINCE)
    return {
      note: `the backend is not set: its default here is podman (stateVersion ${version}); write ${OPTION} = "podman"; to keep it`,
    };
  return {
    finding: kinds.dockerByDefault.finding(
      { ...about, at: first?.at },
      {
        subject: 'backend',
        evidence: [
          evidenceAt(first?.at, `containers are declared, but ${OPTION} is not set`, '"podman"'),
          evidenceAt(
            stateVersion.state === 'known' ? stateVersion.at : undefined,
            `system.stateVersion = "${version}", for which the default is docker`,
          ),
        ],
      },
    ),
  };
}
