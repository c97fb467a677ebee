import {
  ASSIGNED_KEY,
  ASSIGNED_PW,
  BEFORE_PASS,
  KEPT_KEY,
  NO_LETTER,
  NO_PATH,
  OF_SERVICES,
  redactionBy,
} from '../../src/text/redact.ts';

/**
 * The redaction by words as one would write them down: what must not stand before one comes first, and all of it is
 * spelled out. It takes seconds for a megabyte.
 */
export const redactNaively = redactionBy({
  password: '(?:password|passwd|passwort|passphrase|passcode|pin[_-]?code)',
  short: `(?:(?<!${BEFORE_PASS})pass|pwd|psk|jwt|bindpw|rootpw|adminpw|userpw|dbpw)(?![a-z])`,
  key: `${KEPT_KEY}[_-]?key|${OF_SERVICES}`,
  assigned: `${NO_LETTER}${ASSIGNED_PW}|${NO_LETTER}${NO_PATH}${ASSIGNED_KEY}`,
  variable:
    '(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|(?:API|ACCESS|PRIVATE|ENCRYPTION)_?KEY|(?:PGPASS|(?<![A-Z])(?:PASS|PWD|JWT))(?![A-Z]))',
});
