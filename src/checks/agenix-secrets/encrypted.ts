import type { InPlaceOfEncrypted } from '../../model/encrypted-file.ts';
import type { Step } from '../../model/remedy.ts';
import { byHand } from '../../remedy/steps.ts';

export const ENCRYPTED = 'a file encrypted by age';
export const IN_PLACE: Readonly<Record<InPlaceOfEncrypted, string>> = {
  empty: 'is empty',
  'git-lfs': 'is a pointer of git-lfs',
  'git-annex': 'is a link of git-annex',
  'git-crypt': 'is locked by git-crypt',
  other: 'is not encrypted by age',
};

/** How the encrypted file gets to its place: nix copies what git has, and not what git-lfs or git-annex keeps for it. */
export function encryptedAgain(
  what: InPlaceOfEncrypted,
  file: string,
  write: readonly Step[],
): readonly Step[] {
  switch (what) {
    case 'empty':
      return [
        byHand(
          `Restore ${file} from an older commit, if one has it (git log), and leave out the next step. Otherwise delete the empty file first, because agenix tries to decrypt it.`,
        ),
        ...write,
      ];
    case 'git-lfs':
      return [
        byHand(
          `Fetch ${file} with git lfs pull. Then remove it from git-lfs (in .gitattributes) and commit it: otherwise nix may get the pointer.`,
        ),
      ];
    case 'git-annex':
      return [
        byHand(
          `Fetch ${file} with git annex get. Then remove it from git-annex (git annex unannex) and commit it: nix copies the link, not the file.`,
        ),
      ];
    case 'git-crypt':
      return [
        byHand(
          `Unlock ${file} with git-crypt unlock. Then remove it from git-crypt (in .gitattributes) and commit it: it is already encrypted by age.`,
        ),
      ];
    case 'other':
      return [
        byHand(
          `Move ${file} out of the configuration, because agenix tries to decrypt it. If it holds the secret itself, everybody who can read the repository or the store can read it: change the secret.`,
        ),
        ...write,
      ];
  }
}
