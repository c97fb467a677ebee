import type { DeclaredContainer } from '../../nix/facts/containers.ts';
import { type FindingDraft, judgeSource } from '../define.ts';
import { edit, stands } from '../shared/stands.ts';

const OPTION = 'virtualisation.oci-containers.backend';
/** From this version of NixOS on the default is podman. */
const PODMAN_SINCE = 22.05;

export const source = judgeSource({
  needs: ['ociBackend', 'system'],
  wants: ['containers'],
  evaluate({ ociBackend, system, containers = [] }, { folder }) {
    const { backend, podman, dockerCompat, old } = ociBackend;
    const none = containers.length === 0;
    const written = backend.state === 'known' && !backend.isDefault;
    if (none && old.length === 0 && !written && backend.state !== 'unknown')
      return { skip: 'no container is declared (virtualisation.oci-containers)' };
    const findings = old.map(({ name, at }) =>
      fault(
        name,
        `The container ${name} stands below docker-containers, which makes docker the backend`,
        [stands(at, `docker-containers.${name}`, `virtualisation.oci-containers.containers.${name}`)],
        `Move it below virtualisation.oci-containers.containers, and set ${OPTION} = "podman";`,
        edit(folder, at),
      ),
    );
    if (backend.state === 'unknown')
      return { findings, unseen: [`which backend runs the containers is not known: ${backend.reason}`] };
    if (backend.state === 'known') {
      const { text, whole, at = containers[0]?.at } = backend.value;
      if (!whole)
        return { findings, unseen: [`which backend runs the containers is not known: it is ${text}`] };
      if (text === 'podman') return { findings };
      if (none && old.length === 0)
        return { skip: 'no container is declared (virtualisation.oci-containers)' };
      const conflict =
        podman.state === 'known' && podman.value && dockerCompat.state === 'known' && dockerCompat.value;
      return {
        findings: [
          ...findings,
          fault(
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
            `Set ${OPTION} = "podman"; there.`,
            edit(folder, at),
          ),
        ],
      };
    }
    if (none) return { findings };
    return unwritten(containers, system.stateVersion, findings, folder);
  },
});

type Version = Parameters<
  Parameters<typeof judgeSource<'system'>>[0]['evaluate']
>[0]['system']['stateVersion'];

/** Nothing sets it: what it is then depends on the version of NixOS that the machine was installed with. */
function unwritten(
  containers: readonly DeclaredContainer[],
  version: Version,
  findings: readonly FindingDraft[],
  folder: string,
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
        'backend',
        'Nothing sets the backend, and its default is docker here',
        [
          stands(first, `containers are declared, and nothing sets ${OPTION}`, '"podman"'),
          stands(at, `system.stateVersion = "${text}", with which the default is docker`),
        ],
        `Add ${OPTION} = "podman"; beside the containers, and leave system.stateVersion as it is.`,
        edit(folder, first),
      ),
    ],
  };
}

function fault(
  subject: string,
  title: string,
  evidence: FindingDraft['evidence'],
  summary: string,
  commands: readonly string[],
): FindingDraft {
  return {
    status: 'fail',
    title,
    summary:
      'NixOS then makes docker-*.service units; what is set for podman-*.service applies to nothing, or makes a unit without a command.',
    subject,
    evidence,
    fix: { summary, commands: [...commands], docs: 'docs/checks.md#oci-backend' },
  };
}
