import type { InPlaceOfEncrypted } from '../../model/encrypted-file.ts';
import type { Step } from '../../model/remedy.ts';
import { byHand } from '../../remedy/steps.ts';

export const ENCRYPTED = 'a file that age encrypted';
export const IN_PLACE: Readonly<Record<InPlaceOfEncrypted, string>> = {
  empty: 'is empty',
  'git-lfs': 'is a pointer of git-lfs',
  'git-annex': 'is a link of git-annex',
  'git-crypt': 'is locked by git-crypt',
  other: 'is not encrypted by age',
};

/** How the encrypted file gets to its place. Who keeps files for git gives them to git alone, and nix takes what git has. */
export function encryptedAgain(
  what: InPlaceOfEncrypted,
  file: string,
  write: readonly Step[],
): readonly Step[] {
  switch (what) {
    case 'empty':
      return [
        byHand(
          `Take ${file} from an older commit, where one has it (git log), and leave the next step out. Else delete the empty file: agenix tries to decrypt what is there.`,
        ),
        ...write,
      ];
    case 'git-lfs':
      return [
        byHand(
          `Get ${file} itself: git lfs pull. Then take it out of git-lfs (in .gitattributes) and commit it as it is: nix may get the pointer otherwise.`,
        ),
      ];
    case 'git-annex':
      return [
        byHand(
          `Get ${file} itself: git annex get. Then take it out of git-annex (git annex unannex) and commit it as it is: nix copies the link, and not what it leads to.`,
        ),
      ];
    case 'git-crypt':
      return [
        byHand(
          `Unlock ${file}: git-crypt unlock. Then take it out of git-crypt (in .gitattributes) and commit it as it is: age encrypted it already.`,
        ),
      ];
    case 'other':
      return [
        byHand(
          `Move ${file} out of the configuration: agenix tries to decrypt what is there. Where the secret itself stands in it, whoever can read the repository or the store has it: change it.`,
        ),
        ...write,
      ];
  }
}
