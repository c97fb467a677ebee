import type { DeclaredContainer } from '../../facts/config/containers.ts';
import type { Literals } from '../../facts/config/literals.ts';
import type { Step } from '../../model/remedy.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { byHand } from '../../remedy/steps.ts';
import { type FindingDraft, judgeSource } from '../define.ts';
import { rewriteText } from '../shared/rewrite.ts';
import { stands } from '../shared/stands.ts';
import { placeIn, rebuild } from '../shared/steps.ts';

const PATH = ['virtualisation', 'oci-containers', 'backend'] as const;
const OPTION = PATH.join('.');
/** From this version of NixOS on the default is podman. */
const PODMAN_SINCE = 22.05;

export const source = judgeSource({
  needs: ['ociBackend', 'system'],
  wants: ['containers', 'literals'],
  evaluate({ ociBackend, system, containers = [], literals }, { folder }) {
    const { backend, podman, dockerCompat, old } = ociBackend;
    const none = containers.length === 0;
    if (none && old.length === 0 && backend.state !== 'unknown')
      return { skip: 'no container is declared (virtualisation.oci-containers)' };
    const lookedAt = { containers: containers.length + old.length };
    const toPodman = (at: SourceLocation | undefined) => podmanSteps(at, literals, folder);
    const findings = old.map(({ name, at }) =>
      fault(
        'old-option',
        name,
        `The container ${name} stands below docker-containers, which makes docker the backend`,
        [stands(at, `docker-containers.${name}`, `virtualisation.oci-containers.containers.${name}`)],
        [
          byHand(
            `Move it below virtualisation.oci-containers.containers, and set ${OPTION} = "podman" beside it.`,
            placeIn(folder, at),
          ),
          MOVED,
          rebuild(),
        ],
      ),
    );
    if (backend.state === 'unknown')
      return {
        findings,
        lookedAt,
        unseen: [`which backend runs the containers is not known: ${backend.reason}`],
      };
    if (backend.state === 'known') {
      const { text, whole, at = containers[0]?.at } = backend.value;
      if (!whole)
        return {
          findings,
          lookedAt,
          unseen: [`which backend runs the containers is not known: it is ${text}`],
        };
      if (text === 'podman') return { findings, lookedAt };
      const conflict =
        podman.state === 'known' && podman.value && dockerCompat.state === 'known' && dockerCompat.value;
      return {
        lookedAt,
        findings: [
          ...findings,
          fault(
            'docker',
            'backend',
            `The containers run under ${text}, not podman`,
            [
              stands(at, `${OPTION} = ${JSON.stringify(text)}`, '"podman"'),
              ...(conflict
                ? [
                    stands(
                      dockerCompat.at,
                      'virtualisation.podman.dockerCompat = true, with which NixOS refuses docker as the backend',
                    ),
                  ]
                : []),
            ],
            toPodman(at),
          ),
        ],
      };
    }
    if (none) return { findings, lookedAt };
    return { ...unwritten(containers, system.stateVersion, findings, toPodman), lookedAt };
  },
});

const MOVED = byHand(
  'Before you rebuild, copy what is in named volumes of docker: podman does not see them. What is set for docker-*.service has to be set for podman-*.service.',
);

function podmanSteps(at: SourceLocation | undefined, literals: Literals | undefined, folder: string): Step[] {
  const change = {
    path: PATH,
    to: () => 'podman',
    why: 'Run the containers under podman.',
    otherwise: `Set ${OPTION} to "podman" here, or where its value comes from.`,
    at,
  };
  return [rewriteText(change, literals, folder), MOVED, rebuild()];
}

type Version = Parameters<
  Parameters<typeof judgeSource<'system'>>[0]['evaluate']
>[0]['system']['stateVersion'];

/** Nothing sets it: what it is then depends on the version of NixOS that the machine was installed with. */
function unwritten(
  containers: readonly DeclaredContainer[],
  version: Version,
  findings: readonly FindingDraft[],
  toPodman: (at: SourceLocation | undefined) => Step[],
) {
  const text = version.state === 'known' && version.value.whole ? version.value.text : undefined;
  if (text === undefined) {
    const why = version.state === 'unknown' ? version.reason : 'nothing sets system.stateVersion';
    return {
      findings,
      unseen: [
        `nothing sets ${OPTION}, and whether its default is podman depends on system.stateVersion: ${why}`,
      ],
    };
  }
  if (Number(text) >= PODMAN_SINCE)
    return {
      findings,
      note: `nothing sets the backend: it is podman by default here (stateVersion ${text}); write ${OPTION} = "podman"; to keep it so`,
    };
  const first = containers[0]?.at;
  const at = version.state === 'known' ? version.at : undefined;
  return {
    findings: [
      ...findings,
      fault(
        'docker-by-default',
        'backend',
        'Nothing sets the backend, and its default is docker here',
        [
          stands(first, `containers are declared, and nothing sets ${OPTION}`, '"podman"'),
          stands(at, `system.stateVersion = "${text}", with which the default is docker`),
        ],
        toPodman(first),
      ),
    ],
  };
}

function fault(
  kind: string,
  subject: string,
  title: string,
  evidence: FindingDraft['evidence'],
  lasting: Step[],
): FindingDraft {
  return {
    kind,
    status: 'fail',
    title,
    summary:
      'NixOS then makes docker-*.service units; what is set for podman-*.service applies to nothing, or makes a unit without a command.',
    subject,
    evidence,
    remedy: { lasting },
  };
}
